"""Revalidation of stale objects, and of viewers' copies."""

from __future__ import annotations

import pytest

from localfront.config.policies import OriginRequestPolicy
from tests.localfront.edge_location import (
    HIT,
    MISS,
    REFRESH_HIT,
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
)


@pytest.mark.proves("CA-020")
async def test_an_expired_object_that_the_origin_confirms_is_a_refresh_hit() -> None:
    edge = Edge(origins=origins(a=TAGGED))
    await edge.get()
    edge.clock.advance(60)

    confirmed = await edge.get()
    edge.clock.advance(59)
    later = await edge.get()

    assert (confirmed.x_cache, confirmed.response.status) == (REFRESH_HIT, 200)
    assert confirmed.response.body == b"a page"
    assert later.x_cache == HIT
    assert later.age == 59


@pytest.mark.proves("CA-020")
async def test_an_expired_object_that_changed_is_replaced() -> None:
    edge = Edge(origins=origins(a=TAGGED))
    await edge.get()
    edge.clock.advance(60)
    edge.origins.responses["/a"] = a_response(
        body=b"new", headers=[("ETag", '"2"'), ("Cache-Control", "max-age=60")]
    )

    replaced, hit = await edge.get(), await edge.get()

    assert (replaced.x_cache, replaced.response.body) == (MISS, b"new")
    assert (hit.x_cache, hit.response.body) == (HIT, b"new")


@pytest.mark.proves("CA-021")
async def test_a_revalidation_has_the_validators_of_the_stored_object() -> None:
    modified = ("Last-Modified", "Mon, 23 Nov 2026 19:24:05 GMT")
    edge = Edge(origins=origins(a=a_response(headers=[("ETag", '"1"'), modified])))
    await edge.get()
    edge.clock.advance(60)

    await edge.get()

    first, second = (received.request.headers for received in edge.origins.received)
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
    assert "if-none-match" not in edge.origins.received[1].request.headers


@pytest.mark.parametrize("cached", [False, True])
async def test_a_viewer_whose_copy_is_still_valid_gets_304(cached: bool) -> None:
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


@pytest.mark.proves("CA-020", "CA-021")
@pytest.mark.parametrize(
    "condition",
    [("If-None-Match", "*"), ("If-None-Match", '"new"'), ("Range", "bytes=0-0")],
)
async def test_a_viewers_condition_does_not_revalidate_the_stored_object(
    condition: tuple[str, str],
) -> None:
    dated = a_response(headers=[("Last-Modified", "Mon, 23 Nov 2026 00:00:00 GMT")])
    policy = OriginRequestPolicy(id="headers", headers=ALL)
    behavior = a_behavior(cache_policy=a_cache_policy(default_ttl=60), origin_request_policy=policy)
    edge = Edge(behavior=behavior, origins=origins(a=dated))
    await edge.get()
    edge.clock.advance(60)

    await edge.get(a_request("/a", headers=[condition]))

    sent = edge.origins.received[1].request.headers
    assert sent.get("if-modified-since") == "Mon, 23 Nov 2026 00:00:00 GMT"
    assert condition[0] not in sent
