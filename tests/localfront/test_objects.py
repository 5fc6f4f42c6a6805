from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from localfront.config.distribution import CacheBehavior, Distribution
from localfront.config.managed_policies import CACHING_DISABLED
from localfront.errors import OriginError
from localfront.messages import Headers, Request
from localfront.objects import Objects, Outcome
from tests.localfront.factories import (
    ALL,
    a_behavior,
    a_cache_policy,
    a_distribution,
    a_request,
    a_response,
    a_trace,
    an_api_origin,
    an_error_page,
)
from tests.localfront.fakes import FakeClock, FakeOrigins

HIT = "Hit from cloudfront"
MISS = "Miss from cloudfront"
REFRESH_HIT = "RefreshHit from cloudfront"
ERROR = "Error from cloudfront"

TAGGED = a_response(headers=[("ETag", '"1"'), ("Cache-Control", "max-age=60")])
KEPT_A_MINUTE = a_behavior(cache_policy=a_cache_policy(default_ttl=60))
OFF = a_behavior(cache_policy=CACHING_DISABLED)


@dataclass(slots=True, kw_only=True)
class Edge:
    """Objects with fake origins and a clock that a test moves."""

    behavior: CacheBehavior = KEPT_A_MINUTE
    distribution: Distribution = field(default_factory=a_distribution)
    origins: FakeOrigins = field(default_factory=FakeOrigins)
    clock: FakeClock = field(default_factory=FakeClock)
    objects: Objects = field(init=False)

    def __post_init__(self) -> None:
        self.objects = Objects(origins=self.origins, clock=self.clock)

    async def get(self, request: Request | None = None, body: bytes = b"") -> Outcome:
        return await self.objects.get(
            request or a_request("/a"),
            body,
            self.distribution,
            self.behavior,
            a_trace(),
        )


def origins(**answers: object) -> FakeOrigins:
    """Origins that answer `/a`, `/b` and so on."""
    return FakeOrigins({f"/{name}": answer for name, answer in answers.items()})  # type: ignore[misc]


@pytest.mark.proves("PL-006", "RV-004")
async def test_the_first_request_is_a_miss_and_the_next_a_hit() -> None:
    edge = Edge(origins=origins(a=TAGGED))

    first, second = await edge.get(), await edge.get()

    assert (first.x_cache, second.x_cache) == (MISS, HIT)
    assert first.response.body == second.response.body == b"a page"
    assert edge.origins.uris == ["/a"]


@pytest.mark.proves("RV-006")
async def test_a_hit_tells_its_age() -> None:
    edge = Edge(origins=origins(a=TAGGED))
    missed = await edge.get()
    edge.clock.advance(7)

    hit = await edge.get()

    assert "age" not in missed.response.headers
    assert hit.response.headers.get_all("age") == ("7",)


@pytest.mark.proves("CA-001")
async def test_each_path_is_an_object_of_its_own() -> None:
    edge = Edge(origins=origins(a=TAGGED, b=a_response(body=b"b")))
    await edge.get(a_request("/a"))

    outcome = await edge.get(a_request("/b"))

    assert (outcome.x_cache, outcome.response.body) == (MISS, b"b")


@pytest.mark.proves("CA-020")
async def test_an_expired_copy_that_the_origin_confirms_is_a_refresh_hit() -> None:
    edge = Edge(origins=origins(a=TAGGED))
    await edge.get()
    edge.clock.advance(60)

    confirmed = await edge.get()
    edge.clock.advance(59)
    later = await edge.get()

    assert (confirmed.x_cache, confirmed.response.status) == (REFRESH_HIT, 200)
    assert confirmed.response.body == b"a page"
    assert later.x_cache == HIT
    assert later.response.headers.get("age") == "59"


@pytest.mark.proves("CA-020")
async def test_an_expired_copy_that_changed_is_replaced() -> None:
    edge = Edge(origins=origins(a=TAGGED))
    await edge.get()
    edge.clock.advance(60)
    edge.origins.answers["/a"] = a_response(
        body=b"new", headers=[("ETag", '"2"'), ("Cache-Control", "max-age=60")]
    )

    replaced, hit = await edge.get(), await edge.get()

    assert (replaced.x_cache, replaced.response.body) == (MISS, b"new")
    assert (hit.x_cache, hit.response.body) == (HIT, b"new")


@pytest.mark.proves("CA-021")
async def test_a_revalidation_carries_the_validators_of_the_copy() -> None:
    modified = ("Last-Modified", "Mon, 23 Nov 2026 19:24:05 GMT")
    edge = Edge(origins=origins(a=a_response(headers=[("ETag", '"1"'), modified])))
    await edge.get()
    edge.clock.advance(60)

    await edge.get()

    first, second = (asked.request.headers for asked in edge.origins.asked)
    assert "if-none-match" not in first
    assert "if-modified-since" not in first
    assert second.get("if-none-match") == '"1"'
    assert second.get("if-modified-since") == modified[1]


@pytest.mark.proves("CA-021")
async def test_a_behavior_that_forwards_cookies_does_not_revalidate() -> None:
    behavior = a_behavior(cache_policy=a_cache_policy(cookies=ALL))
    edge = Edge(behavior=behavior, origins=origins(a=TAGGED))
    await edge.get()
    edge.clock.advance(60)

    outcome = await edge.get()

    assert outcome.x_cache == MISS
    assert "if-none-match" not in edge.origins.asked[1].request.headers


@pytest.mark.proves("PO-005", "CA-018")
async def test_with_caching_disabled_each_request_goes_to_the_origin() -> None:
    edge = Edge(behavior=OFF, origins=origins(a=TAGGED))

    outcomes = [await edge.get(), await edge.get()]

    assert [outcome.x_cache for outcome in outcomes] == [MISS, MISS]
    assert edge.origins.uris == ["/a", "/a"]


@pytest.mark.parametrize("directive", ["no-store", "no-cache", "private"])
@pytest.mark.proves("CA-015")
async def test_what_may_not_be_reused_is_fetched_again(directive: str) -> None:
    answer = a_response(headers=[("Cache-Control", directive)])
    edge = Edge(origins=origins(a=answer))

    outcomes = [await edge.get(), await edge.get()]

    assert [outcome.x_cache for outcome in outcomes] == [MISS, MISS]


@pytest.mark.proves("CA-016", "PO-006")
async def test_caching_optimized_keeps_a_private_page_for_one_second() -> None:
    answer = a_response(headers=[("Cache-Control", "no-store")])
    edge = Edge(behavior=a_behavior(), origins=origins(a=answer))

    first = await edge.get()
    edge.clock.advance(0.5)
    second = await edge.get()
    edge.clock.advance(0.5)
    third = await edge.get()

    assert [first.x_cache, second.x_cache, third.x_cache] == [MISS, HIT, MISS]


@pytest.mark.parametrize("name", ["Cache-Control", "Pragma"])
@pytest.mark.proves("VP-013")
async def test_a_viewer_cannot_force_a_trip_to_the_origin(name: str) -> None:
    edge = Edge(origins=origins(a=TAGGED))
    await edge.get()

    outcome = await edge.get(a_request("/a", headers=[(name, "no-cache")]))

    assert outcome.x_cache == HIT


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.proves("VP-007")
async def test_only_get_and_head_are_cached_by_themselves(method: str) -> None:
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
async def test_a_body_goes_to_the_origin() -> None:
    edge = Edge(behavior=OFF)

    await edge.get(a_request("/a", method="POST"), b"captain")

    assert edge.origins.asked[0].body == b"captain"
    assert edge.origins.asked[0].distribution_arn == edge.distribution.arn


@pytest.mark.proves("CA-024", "RV-007")
async def test_set_cookie_is_neither_sent_nor_stored_unless_cookies_are_forwarded() -> (
    None
):
    answer = a_response(headers=[("Set-Cookie", "session-id=picards")])
    edge = Edge(origins=origins(a=answer))

    outcomes = [await edge.get(), await edge.get()]

    assert [outcome.x_cache for outcome in outcomes] == [MISS, HIT]
    assert not any("set-cookie" in outcome.response.headers for outcome in outcomes)


@pytest.mark.proves("CA-023")
async def test_set_cookie_is_replayed_on_hits_when_cookies_are_forwarded() -> None:
    answer = a_response(headers=[("Set-Cookie", "theme=dark")])
    behavior = a_behavior(cache_policy=a_cache_policy(cookies=ALL))
    edge = Edge(behavior=behavior, origins=origins(a=answer))
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


@pytest.mark.parametrize("cached", [False, True])
async def test_a_viewer_whose_copy_is_still_good_gets_304(cached: bool) -> None:
    edge = Edge(origins=origins(a=TAGGED))
    if cached:
        await edge.get()

    outcome = await edge.get(a_request("/a", headers=[("If-None-Match", '"1"')]))

    assert (outcome.response.status, outcome.response.body) == (304, b"")
    assert outcome.x_cache == (HIT if cached else MISS)


async def test_a_304_to_one_viewer_leaves_the_whole_object_for_others() -> None:
    edge = Edge(origins=origins(a=TAGGED))
    await edge.get(a_request("/a", headers=[("If-None-Match", '"1"')]))

    outcome = await edge.get()

    assert (outcome.x_cache, outcome.response.body) == (HIT, b"a page")


async def test_a_part_of_an_object_is_not_kept() -> None:
    edge = Edge(origins=origins(a=a_response(206, headers=[("ETag", '"1"')])))
    await edge.get()

    assert (await edge.get()).x_cache == MISS


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 502, 503])
@pytest.mark.parametrize("behavior", [OFF, KEPT_A_MINUTE])
@pytest.mark.proves("RV-005", "AG-006")
async def test_an_error_of_the_origin_goes_on_as_it_is_and_is_of_class_error(
    status: int, behavior: CacheBehavior
) -> None:
    edge = Edge(behavior=behavior, origins=origins(a=a_response(status, b"{}")))

    outcome = await edge.get()

    assert outcome == Outcome(a_response(status, b"{}"), ERROR)


@pytest.mark.proves("ER-001", "ER-003")
async def test_a_404_is_kept_for_ten_seconds() -> None:
    edge = Edge()

    for wait in (0, 9.9, 0.1):
        edge.clock.advance(wait)
        assert (await edge.get()).x_cache == ERROR

    assert edge.origins.uris == ["/a", "/a"]


@pytest.mark.proves("ER-003")
async def test_the_time_of_an_error_can_be_set_for_its_code() -> None:
    distribution = a_distribution(
        custom_error_responses=(an_error_page(404, error_caching_min_ttl=60),)
    )
    edge = Edge(distribution=distribution)

    for wait in (0, 59.9, 0.1):
        edge.clock.advance(wait)
        await edge.get()

    assert edge.origins.uris == ["/a", "/a"]


@pytest.mark.proves("ER-007")
async def test_an_s3_origins_404_is_kept_for_a_second_even_without_a_time() -> None:
    no_time = (an_error_page(404, error_caching_min_ttl=0),)
    custom = an_api_origin(id="pages", origin_path="")
    from_s3 = Edge(distribution=a_distribution(custom_error_responses=no_time))
    from_custom = Edge(
        distribution=a_distribution(custom_error_responses=no_time, origins=(custom,))
    )

    for edge in (from_s3, from_custom):
        await edge.get()
        await edge.get()

    assert from_s3.origins.uris == ["/a"]
    assert from_custom.origins.uris == ["/a", "/a"]


@pytest.mark.proves("ER-002")
async def test_a_403_is_not_kept_without_a_max_age() -> None:
    edge = Edge(origins=origins(a=a_response(403)))
    await edge.get()
    edge.origins.answers["/a"] = TAGGED

    assert (await edge.get()).response.status == 200


@pytest.mark.proves("ER-006", "AG-006")
async def test_with_caching_disabled_an_error_is_not_kept() -> None:
    edge = Edge(behavior=OFF, origins=origins(a=a_response(502)))
    await edge.get()
    edge.origins.answers["/a"] = TAGGED

    assert (await edge.get()).response.status == 200


@pytest.mark.parametrize("status", [502, 504])
@pytest.mark.proves("ER-015", "RV-005", "OG-004")
async def test_an_origin_that_does_not_answer_is_an_error_that_says_why(
    status: int,
) -> None:
    failure = OriginError("Origin 'pages' is <asleep>.", status=status)
    edge = Edge(origins=origins(a=failure))

    outcome = await edge.get()

    assert (outcome.response.status, outcome.x_cache) == (status, ERROR)
    assert b"Origin &#x27;pages&#x27; is &lt;asleep&gt;." in outcome.response.body


@pytest.mark.proves("CA-030")
async def test_a_redirect_is_never_followed() -> None:
    answer = a_response(302, b"", headers=[("Location", "/b")])
    edge = Edge(origins=origins(a=answer, b=TAGGED))

    outcome = await edge.get()

    assert outcome.response.status == 302
    assert outcome.response.headers.get("location") == "/b"
    assert edge.origins.uris == ["/a"]


@pytest.mark.proves("S3-006")
async def test_s3s_own_headers_stay_behind() -> None:
    answer = a_response(headers=[("x-amz-id-2", "x"), ("x-amz-request-id", "y")])
    edge = Edge(origins=origins(a=answer))

    assert (await edge.get()).response.headers == Headers()


async def test_the_trace_tells_the_decision_its_key_and_the_origin() -> None:
    edge = Edge(origins=origins(a=TAGGED))
    trace = a_trace()

    await edge.objects.get(
        a_request("/a"), b"", edge.distribution, edge.behavior, trace
    )

    assert trace.find("cache")[0].facts == {"decision": "miss", "key": "/a"}
    assert trace.find("origin")[0].facts == {"id": "pages", "uri": "/a", "status": 200}
    assert trace.find("stored")[0].facts == {"ttl": 60}
