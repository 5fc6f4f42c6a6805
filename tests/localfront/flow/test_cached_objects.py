"""Objects from the cache, or from their origin into the cache."""

from __future__ import annotations

import pytest

from localfront.http_messages.messages import Headers
from tests.localfront.edge_location import (
    HIT,
    MISS,
    OFF,
    TAGGED,
    Edge,
    origins,
)
from tests.localfront.factories import (
    ALL,
    a_behavior,
    a_cache_policy,
    a_request,
    a_response,
    a_trace,
)


@pytest.mark.proves("RV-004")
async def test_the_first_request_is_a_miss_and_the_next_a_hit() -> None:
    edge = Edge(origins=origins(a=TAGGED))

    first, second = await edge.get(), await edge.get()

    assert (first.x_cache, second.x_cache) == (MISS, HIT)
    assert first.response.body == second.response.body == b"a page"
    assert edge.origins.uris == ["/a"]


@pytest.mark.proves("RV-006")
async def test_a_hit_has_its_age() -> None:
    edge = Edge(origins=origins(a=TAGGED))
    missed = await edge.get()
    edge.clock.advance(7)

    hit = await edge.get()

    assert (missed.age, hit.age) == (None, 7)


@pytest.mark.proves("CA-001")
async def test_each_path_is_a_separate_object() -> None:
    edge = Edge(origins=origins(a=TAGGED, b=a_response(body=b"b")))
    await edge.get(a_request("/a"))

    outcome = await edge.get(a_request("/b"))

    assert (outcome.x_cache, outcome.response.body) == (MISS, b"b")


@pytest.mark.proves("PO-005", "CA-018")
async def test_with_caching_disabled_each_request_goes_to_the_origin() -> None:
    edge = Edge(behavior=OFF, origins=origins(a=TAGGED))

    outcomes = [await edge.get(), await edge.get()]

    assert [outcome.x_cache for outcome in outcomes] == [MISS, MISS]
    assert edge.origins.uris == ["/a", "/a"]


@pytest.mark.parametrize("directive", ["no-store", "no-cache", "private"])
@pytest.mark.proves("CA-015")
async def test_a_response_that_may_not_be_reused_is_fetched_again(directive: str) -> None:
    response = a_response(headers=[("Cache-Control", directive)])
    edge = Edge(origins=origins(a=response))

    outcomes = [await edge.get(), await edge.get()]

    assert [outcome.x_cache for outcome in outcomes] == [MISS, MISS]


@pytest.mark.proves("CA-016", "PO-006")
async def test_caching_optimized_caches_a_private_page_for_one_second() -> None:
    response = a_response(headers=[("Cache-Control", "no-store")])
    edge = Edge(behavior=a_behavior(), origins=origins(a=response))

    first = await edge.get()
    edge.clock.advance(0.5)
    second = await edge.get()
    edge.clock.advance(0.5)
    third = await edge.get()

    assert [first.x_cache, second.x_cache, third.x_cache] == [MISS, HIT, MISS]


@pytest.mark.parametrize("name", ["Cache-Control", "Pragma"])
@pytest.mark.proves("VP-013")
async def test_a_viewers_cache_control_cannot_force_an_origin_request(name: str) -> None:
    edge = Edge(origins=origins(a=TAGGED))
    await edge.get()

    outcome = await edge.get(a_request("/a", headers=[(name, "no-cache")]))

    assert outcome.x_cache == HIT


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.proves("VP-007")
async def test_only_get_and_head_are_cached_by_default(method: str) -> None:
    edge = Edge(origins=origins(a=TAGGED))
    request = a_request("/a", method=method)

    outcomes = [await edge.get(request), await edge.get(request)]

    assert [outcome.x_cache for outcome in outcomes] == [MISS, MISS]


@pytest.mark.proves("VP-007", "CA-004")
async def test_options_is_cached_when_it_is_listed_apart_from_get() -> None:
    methods = frozenset({"GET", "HEAD", "OPTIONS"})
    behavior = a_behavior(cache_policy=a_cache_policy(), cached_methods=methods)
    edge = Edge(behavior=behavior, origins=origins(a=TAGGED))
    options = a_request("/a", method="OPTIONS")

    outcomes = [await edge.get(options), await edge.get(options), await edge.get()]

    assert [outcome.x_cache for outcome in outcomes] == [MISS, HIT, MISS]


@pytest.mark.proves("VP-007")
async def test_a_head_is_answered_from_a_cached_get_but_not_the_reverse() -> None:
    edge = Edge(origins=origins(a=TAGGED))
    head = a_request("/a", method="HEAD")

    outcomes = [await edge.get(head), await edge.get(), await edge.get(head)]

    assert [outcome.x_cache for outcome in outcomes] == [MISS, MISS, HIT]
    assert outcomes[1].response.body == b"a page"


@pytest.mark.proves("OR-001")
async def test_a_request_body_is_forwarded_to_the_origin() -> None:
    edge = Edge(behavior=OFF)

    await edge.get(a_request("/a", method="POST"), b"captain")

    assert edge.origins.received[0].body == b"captain"
    assert edge.origins.received[0].distribution_arn == edge.distribution.arn


@pytest.mark.proves("CA-024", "RV-007")
async def test_set_cookie_is_neither_sent_nor_stored_unless_cookies_are_forwarded() -> None:
    response = a_response(headers=[("Set-Cookie", "session-id=picards")])
    edge = Edge(origins=origins(a=response))

    outcomes = [await edge.get(), await edge.get()]

    assert [outcome.x_cache for outcome in outcomes] == [MISS, HIT]
    assert not any("set-cookie" in outcome.response.headers for outcome in outcomes)


@pytest.mark.proves("CA-023")
async def test_set_cookie_is_replayed_on_hits_when_cookies_are_forwarded() -> None:
    response = a_response(headers=[("Set-Cookie", "theme=dark")])
    behavior = a_behavior(cache_policy=a_cache_policy(cookies=ALL))
    edge = Edge(behavior=behavior, origins=origins(a=response))
    await edge.get()

    hit = await edge.get()

    assert (hit.x_cache, hit.response.headers.get("set-cookie")) == (HIT, "theme=dark")


@pytest.mark.proves("CA-009", "CA-002")
async def test_viewers_with_different_cookies_never_share_an_entry() -> None:
    behavior = a_behavior(cache_policy=a_cache_policy(cookies=ALL))
    edge = Edge(behavior=behavior, origins=origins(a=TAGGED))
    await edge.get(a_request("/a", headers=[("Cookie", "session-id=picards")]))

    other = await edge.get(a_request("/a", headers=[("Cookie", "session-id=kirks")]))

    assert other.x_cache == MISS


@pytest.mark.proves("CA-030")
async def test_a_redirect_is_never_followed() -> None:
    response = a_response(302, b"", headers=[("Location", "/b")])
    edge = Edge(origins=origins(a=response, b=TAGGED))

    outcome = await edge.get()

    assert outcome.response.status == 302
    assert outcome.response.headers.get("location") == "/b"
    assert edge.origins.uris == ["/a"]


@pytest.mark.proves("S3-006")
async def test_s3s_internal_headers_are_removed() -> None:
    response = a_response(headers=[("x-amz-id-2", "x"), ("x-amz-request-id", "y")])
    edge = Edge(origins=origins(a=response))

    assert (await edge.get()).response.headers == Headers()


async def test_the_trace_has_the_cache_decision_the_key_and_the_origin() -> None:
    edge = Edge(origins=origins(a=TAGGED))
    trace = a_trace()

    await edge.objects.get(edge.exchange(trace=trace))

    assert trace.find("cache")[0].facts == {"decision": "miss", "key": "/a"}
    assert trace.find("origin")[0].facts == {"id": "pages", "uri": "/a", "status": 200}
    assert trace.find("stored")[0].facts == {"ttl": 60}


@pytest.mark.proves("CA-023")
@pytest.mark.parametrize("directive", ['no-cache="Set-Cookie"', 'private="X-A, set-cookie"'])
async def test_a_no_cache_cookie_is_not_replayed(directive: str) -> None:
    lines = [("Cache-Control", f"max-age=60, {directive}"), ("Set-Cookie", "id=1")]
    behavior = a_behavior(cache_policy=a_cache_policy(cookies=ALL))
    edge = Edge(behavior=behavior, origins=origins(a=a_response(headers=lines)))

    first, second = await edge.get(), await edge.get()

    assert first.response.headers.get("set-cookie") == "id=1"
    assert second.x_cache == HIT
    assert "set-cookie" not in second.response.headers
