"""Ranges of objects: from the cache, from the origin, and into the cache."""

from __future__ import annotations

import pytest

from localfront.config.managed_policies import ALL_VIEWER
from localfront.http_messages.messages import Request, Response
from tests.localfront.edge_location import (
    ERROR,
    HIT,
    KEPT_A_MINUTE,
    MISS,
    OFF,
    REFRESH_HIT,
    Edge,
    origins,
)
from tests.localfront.factories import a_behavior, a_cache_policy, a_request, a_response

KEPT = ("Cache-Control", "max-age=60")
WHOLE = a_response(body=b"0123456789", headers=[KEPT, ("ETag", '"1"')])
PART = a_response(
    206,
    b"234",
    headers=[KEPT, ("ETag", '"1"'), ("Content-Range", "bytes 2-4/10")],
)


def asking_for(ranges: str, *lines: tuple[str, str]) -> Request:
    return a_request("/a", headers=[("Range", ranges), *lines])


def requested_ranges(edge: Edge) -> list[str | None]:
    """The Range of each origin request."""
    return [a.request.headers.get("range") for a in edge.origins.received]


@pytest.mark.proves("RG-001")
async def test_a_range_of_a_cached_object_is_served_as_206() -> None:
    edge = Edge(origins=origins(a=WHOLE))
    await edge.get()

    outcome = await edge.get(asking_for("bytes=2-4"))

    assert (outcome.response.status, outcome.response.body) == (206, b"234")
    assert outcome.response.headers.get("content-range") == "bytes 2-4/10"
    assert outcome.x_cache == HIT
    assert len(edge.origins.received) == 1


@pytest.mark.proves("RG-001")
async def test_an_uncached_range_is_requested_from_the_origin_and_cached() -> None:
    edge = Edge(origins=origins(a=PART))

    first, second = (
        await edge.get(asking_for("bytes=2-4")),
        await edge.get(asking_for("bytes = 2-4".replace(" ", ""))),
    )

    assert (first.response.status, first.x_cache) == (206, MISS)
    assert (second.response.status, second.x_cache) == (206, HIT)
    assert second.response.body == b"234"
    assert requested_ranges(edge) == ["bytes=2-4"]


async def test_a_cached_range_serves_neither_the_whole_object_nor_another_range() -> None:
    edge = Edge(origins=origins(a=PART))
    await edge.get(asking_for("bytes=2-4"))
    edge.origins.responses["/a"] = WHOLE

    other = await edge.get(asking_for("bytes=0-0"))
    whole = await edge.get()

    assert (other.response.status, other.x_cache) == (200, MISS)
    assert (whole.response.body, whole.x_cache) == (b"0123456789", HIT)
    assert requested_ranges(edge) == ["bytes=2-4", "bytes=0-0"]


@pytest.mark.proves("RG-001")
async def test_an_origin_without_range_support_sends_the_whole_object_which_is_cached() -> None:
    edge = Edge(origins=origins(a=WHOLE))

    first = await edge.get(asking_for("bytes=2-4"))
    second = await edge.get(asking_for("bytes=5-6"))

    assert (first.response.status, first.x_cache) == (200, MISS)
    assert (second.response.status, second.response.body) == (206, b"56")
    assert len(edge.origins.received) == 1


@pytest.mark.proves("RG-002")
@pytest.mark.parametrize(
    "ranges", ["bytes=4-2", "bytes=5-6,0-1", "bytes=0-3,2-5", "items=0-1", "bytes=x"]
)
async def test_invalid_ranges_get_the_whole_object(ranges: str) -> None:
    behavior = a_behavior(
        cache_policy=a_cache_policy(default_ttl=60), origin_request_policy=ALL_VIEWER
    )
    edge = Edge(behavior=behavior, origins=origins(a=WHOLE))

    missed, hit = await edge.get(asking_for(ranges)), await edge.get(asking_for(ranges))

    assert [o.response.status for o in (missed, hit)] == [200, 200]
    assert [o.response.body for o in (missed, hit)] == [b"0123456789"] * 2
    assert requested_ranges(edge)[0] is None


async def test_a_range_beyond_the_end_of_the_cached_object_gets_416() -> None:
    edge = Edge(origins=origins(a=WHOLE))
    await edge.get()

    outcome = await edge.get(asking_for("bytes=10-"))

    assert (outcome.response.status, outcome.x_cache) == (416, ERROR)
    assert outcome.response.headers.get("content-range") == "bytes */10"


@pytest.mark.proves("ER-016")
async def test_an_origins_416_is_never_cached() -> None:
    edge = Edge(origins=origins(a=a_response(416, b"", headers=[KEPT])))

    for _ in range(2):
        await edge.get(asking_for("bytes=10-"))

    assert len(edge.origins.received) == 2


async def test_a_stale_object_is_revalidated_whole_before_a_range_is_served() -> None:
    edge = Edge(origins=origins(a=WHOLE))
    await edge.get()
    edge.clock.advance(61)

    outcome = await edge.get(asking_for("bytes=2-4"))

    assert (outcome.response.status, outcome.x_cache) == (206, REFRESH_HIT)
    assert requested_ranges(edge) == [None, None]


@pytest.mark.parametrize(("tag", "status"), [('"1"', 206), ('"0"', 200)])
async def test_if_range_is_evaluated_on_the_cached_object(tag: str, status: int) -> None:
    edge = Edge(origins=origins(a=WHOLE))
    await edge.get()

    outcome = await edge.get(asking_for("bytes=2-4", ("If-Range", tag)))

    assert outcome.response.status == status


async def test_if_range_is_forwarded_to_the_origin_with_the_range() -> None:
    edge = Edge(origins=origins(a=WHOLE))

    await edge.get(asking_for("bytes=2-4", ("If-Range", '"0"')))

    assert edge.origins.received[0].request.headers.get("if-range") == '"0"'


async def test_a_cached_range_of_another_version_is_requested_again() -> None:
    edge = Edge(origins=origins(a=PART))
    await edge.get(asking_for("bytes=2-4"))

    await edge.get(asking_for("bytes=2-4", ("If-Range", '"2"')))

    assert len(edge.origins.received) == 2


@pytest.mark.proves("RG-001")
async def test_without_caching_the_range_is_forwarded_to_the_origin() -> None:
    edge = Edge(behavior=OFF, origins=origins(a=PART))

    outcome = await edge.get(asking_for("bytes=2-4"))

    assert outcome.response.status == 206
    assert requested_ranges(edge) == ["bytes=2-4"]


@pytest.mark.proves("LG-002")
@pytest.mark.parametrize(
    "response",
    [
        a_response(206, b"234", headers=[KEPT]),
        a_response(206, b"23", headers=[KEPT, ("Content-Range", "bytes 2-4/10")]),
    ],
)
async def test_a_206_that_contradicts_itself_is_502(response: Response) -> None:
    edge = Edge(behavior=KEPT_A_MINUTE, origins=origins(a=response))
    exchange = edge.exchange(asking_for("bytes=2-4"))

    outcome = await edge.objects.get(exchange)

    assert (outcome.response.status, outcome.x_cache) == (502, ERROR)
    assert exchange.trace.detail == "OriginContentRangeLengthError"


async def test_an_unrequested_206_is_not_cached() -> None:
    edge = Edge(origins=origins(a=PART))

    for _ in range(2):
        await edge.get()

    assert len(edge.origins.received) == 2
