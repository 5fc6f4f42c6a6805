"""Stale objects: when they are served, and when not."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.errors import OriginError
from localfront.exchange.request_trace import Trace
from localfront.http_messages.messages import Response
from tests.localfront.edge_location import (
    ERROR,
    HIT,
    KEPT_A_MINUTE,
    MISS,
    REFRESH_HIT,
    Edge,
    origins,
)
from tests.localfront.factories import (
    a_behavior,
    a_cache_policy,
    a_distribution,
    a_request,
    a_response,
    an_error_page,
)

UNREACHABLE = OriginError("refused", status=502)
BROKEN = a_response(500, b"broken")


def a_page(directives: str, body: bytes = b"old") -> Response:
    return a_response(body=body, headers=[("Cache-Control", directives)])


async def gone_stale(directives: str, *, after: float = 61, **edge: Any) -> Edge:
    """An edge location with a stale `/a`."""
    held = Edge(origins=origins(a=a_page(directives)), **edge)
    await held.get()
    held.clock.advance(after)
    return held


async def settled(edge: Edge) -> None:
    """Wait for background requests."""
    for task in tuple(edge.objects._behind_viewers):
        await task


@pytest.mark.proves("ER-018")
@pytest.mark.parametrize("failure", [UNREACHABLE, BROKEN])
async def test_an_expired_object_is_served_while_the_origin_fails(
    failure: Response | OriginError,
) -> None:
    edge = await gone_stale("max-age=60")
    edge.origins.responses["/a"] = failure

    outcome = await edge.get()

    assert outcome.response.body == b"old"
    assert (outcome.response.status, outcome.x_cache) == (200, HIT)
    assert outcome.age == 61


@pytest.mark.proves("ER-018")
async def test_a_failed_origin_is_not_retried_for_the_error_caching_minimum_ttl() -> None:
    edge = await gone_stale(
        "max-age=60",
        distribution=a_distribution(
            custom_error_responses=(an_error_page(500, error_caching_min_ttl=30),)
        ),
    )
    edge.origins.responses["/a"] = BROKEN
    await edge.get()
    edge.clock.advance(29)
    await edge.get()
    count = len(edge.origins.received)
    edge.clock.advance(1)
    await edge.get()

    assert count == 2
    assert len(edge.origins.received) == 3


@pytest.mark.proves("ER-018")
@pytest.mark.parametrize("status", [403, 404, 410])
async def test_an_expired_object_is_not_served_in_place_of_a_4xx(status: int) -> None:
    edge = await gone_stale("max-age=60")
    edge.origins.responses["/a"] = a_response(status, b"gone")

    outcome = await edge.get()

    assert (outcome.response.status, outcome.x_cache) == (status, ERROR)


@pytest.mark.proves("ER-019")
async def test_an_expired_object_is_served_until_max_ttl() -> None:
    behavior = a_behavior(cache_policy=a_cache_policy(max_ttl=100))
    edge = await gone_stale("max-age=60", after=99, behavior=behavior)
    edge.origins.responses["/a"] = BROKEN
    at_99 = await edge.get()
    edge.clock.advance(11)  # past MaxTTL, and past the error caching minimum TTL

    at_110 = await edge.get()

    assert (at_99.response.status, at_110.response.status) == (200, 500)


@pytest.mark.proves("CA-026", "ER-019")
@pytest.mark.parametrize("failure", [UNREACHABLE, BROKEN])
async def test_stale_if_error_limits_how_long_a_stale_object_is_served(
    failure: Response | OriginError,
) -> None:
    edge = await gone_stale("max-age=60, stale-if-error=100", after=159)
    edge.origins.responses["/a"] = failure
    at_159 = await edge.get()
    edge.clock.advance(11)

    at_170 = await edge.get()

    assert at_159.response.status == 200
    assert at_170.response.status >= 500


@pytest.mark.proves("CA-026", "ER-019")
async def test_stale_if_error_is_bounded_by_max_ttl() -> None:
    behavior = a_behavior(cache_policy=a_cache_policy(max_ttl=100))
    edge = await gone_stale("max-age=60, stale-if-error=9999", after=101, behavior=behavior)
    edge.origins.responses["/a"] = BROKEN

    assert (await edge.get()).response.status == 500


@pytest.mark.proves("CA-017")
@pytest.mark.parametrize("directive", ["no-cache", "no-store", "private"])
async def test_an_uncacheable_response_is_served_when_the_origin_is_unreachable(
    directive: str,
) -> None:
    edge = await gone_stale(directive)
    edge.origins.responses["/a"] = UNREACHABLE

    assert (await edge.get()).response.body == b"old"


@pytest.mark.proves("CA-017")
@pytest.mark.parametrize("directive", ["no-cache", "no-store", "private"])
async def test_stale_if_error_of_0_prevents_serving_an_uncacheable_response(directive: str) -> None:
    edge = await gone_stale(f"{directive}, stale-if-error=0")
    edge.origins.responses["/a"] = UNREACHABLE

    assert (await edge.get()).response.status == 502


@pytest.mark.proves("CA-017")
async def test_an_uncacheable_response_is_not_served_in_place_of_a_500() -> None:
    edge = await gone_stale("no-store")
    edge.origins.responses["/a"] = BROKEN

    assert (await edge.get()).response.status == 500


@pytest.mark.proves("CA-015")
async def test_an_uncacheable_response_is_refetched_without_validators() -> None:
    response = a_response(headers=[("Cache-Control", "private"), ("ETag", '"1"')])
    edge = Edge(origins=origins(a=response))

    outcomes = [await edge.get(), await edge.get()]

    assert [outcome.x_cache for outcome in outcomes] == [MISS, MISS]
    assert all("if-none-match" not in a.request.headers for a in edge.origins.received)


@pytest.mark.proves("CA-025")
async def test_a_stale_object_is_served_at_once_and_refreshed_in_the_background() -> None:
    edge = await gone_stale("max-age=60, stale-while-revalidate=30")
    edge.origins.responses["/a"] = a_page("max-age=60", b"new")

    stale = await edge.get()
    await settled(edge)
    fresh = await edge.get()

    assert (stale.response.body, stale.x_cache) == (b"old", HIT)
    assert (fresh.response.body, fresh.x_cache) == (b"new", HIT)
    assert len(edge.origins.received) == 2


@pytest.mark.proves("CA-025")
async def test_many_viewers_of_a_stale_object_refresh_it_once() -> None:
    edge = await gone_stale("max-age=60, stale-while-revalidate=30")

    for _ in range(5):
        await edge.get()
    await settled(edge)

    assert len(edge.origins.received) == 2


@pytest.mark.proves("CA-025")
async def test_after_stale_while_revalidate_the_viewer_waits_for_the_origin() -> None:
    edge = await gone_stale("max-age=60, stale-while-revalidate=30", after=90)
    edge.origins.responses["/a"] = a_page("max-age=60", b"new")

    outcome = await edge.get()

    assert (outcome.response.body, outcome.x_cache) == (b"new", MISS)


@pytest.mark.proves("CA-025")
async def test_stale_while_revalidate_is_bounded_by_max_ttl() -> None:
    behavior = a_behavior(cache_policy=a_cache_policy(max_ttl=70))
    edge = await gone_stale("max-age=60, stale-while-revalidate=30", after=71, behavior=behavior)
    edge.origins.responses["/a"] = a_page("max-age=60", b"new")

    assert (await edge.get()).response.body == b"new"


async def test_a_background_refresh_after_a_head_request_sends_a_get() -> None:
    edge = await gone_stale("max-age=60, stale-while-revalidate=30")
    edge.origins.responses["/a"] = a_page("max-age=60", b"new")

    await edge.get(a_request("/a", method="HEAD"))
    await settled(edge)

    assert (await edge.get()).response.body == b"new"


async def test_a_failed_background_refresh_keeps_the_object_and_is_logged() -> None:
    edge = await gone_stale("max-age=60, stale-while-revalidate=30")
    traces: list[Trace] = []
    edge.objects.log = traces.append
    edge.origins.responses["/a"] = UNREACHABLE

    await edge.get()
    await settled(edge)

    assert (await edge.get()).response.body == b"old"
    assert traces[0].reason == "refused"


async def test_a_background_refresh_is_cancelled_at_shutdown() -> None:
    edge = await gone_stale("max-age=60, stale-while-revalidate=30")
    await edge.get()

    await edge.objects.close()

    assert not edge.objects._refreshing


@pytest.mark.proves("CA-022")
async def test_a_vary_star_response_is_fetched_each_time_without_conditions() -> None:
    response = a_response(
        headers=[
            ("Vary", "Accept, *"),
            ("ETag", '"1"'),
            ("Cache-Control", "max-age=60"),
        ]
    )
    edge = Edge(origins=origins(a=response))

    outcomes = [await edge.get(), await edge.get()]

    assert [outcome.x_cache for outcome in outcomes] == [MISS, MISS]
    assert all("if-none-match" not in a.request.headers for a in edge.origins.received)


@pytest.mark.proves("CA-020")
async def test_an_object_of_max_age_0_is_revalidated_each_time() -> None:
    response = a_response(headers=[("ETag", '"1"'), ("Cache-Control", "max-age=0")])
    edge = Edge(behavior=KEPT_A_MINUTE, origins=origins(a=response))

    outcomes = [await edge.get(), await edge.get()]

    assert [outcome.x_cache for outcome in outcomes] == [MISS, REFRESH_HIT]
    assert outcomes[1].response.body == b"a page"
