"""Simultaneous requests for one object."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from localfront.cache.key import CacheKey
from localfront.cache.store import Cache
from localfront.config.distribution import CacheBehavior, Origin
from localfront.errors import EdgeExecutionError, OriginError
from localfront.exchange.outcome import Outcome
from localfront.flow.cached_objects import Objects
from localfront.http_messages.bodies import Body, close
from localfront.http_messages.messages import Request, Response
from tests.localfront.edge_location import ERROR, HIT, KEPT_A_MINUTE, MISS, OFF
from tests.localfront.factories import (
    ALL,
    a_behavior,
    a_cache_policy,
    a_request,
    a_response,
    a_visit,
)
from tests.localfront.fakes import FakeClock, objects_of
from tests.localfront.streams import Pieces, whole

KEPT = ("Cache-Control", "max-age=60")


@dataclass(slots=True)
class SlowOrigin:
    """Responds to each request when the test says so, in order."""

    received: list[asyncio.Future[Response]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(
        self, request: Request, body: Body, *, origin: Origin, distribution_arn: str
    ) -> Response:
        response: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self.received.append(response)
        self.arrived.set()
        return await response


@dataclass(slots=True)
class Crowd:
    """Viewers who request the same object simultaneously."""

    behavior: CacheBehavior = KEPT_A_MINUTE
    origin: SlowOrigin = field(default_factory=SlowOrigin)
    clock: FakeClock = field(default_factory=FakeClock)
    objects: Objects = field(init=False)
    visits: list[asyncio.Task[Outcome]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.objects = objects_of(self.origin, self.clock)

    async def come(self, count: int, *, method: str = "GET") -> None:
        exchange = a_visit(request=a_request("/a", method=method), behavior=self.behavior)
        for _ in range(count):
            self.visits.append(asyncio.create_task(self.objects.get(exchange)))
        await self.settle()

    async def settle(self) -> None:
        """Run all tasks until they wait for the origin."""
        for _ in range(20):
            await asyncio.sleep(0)

    async def results(self) -> list[str]:
        return [outcome.x_cache for outcome in await asyncio.gather(*self.visits)]

    async def bodies(self) -> list[bytes]:
        outcomes = await asyncio.gather(*self.visits)
        read = await asyncio.gather(*(whole(o.response) for o in outcomes))
        return [response.held for response in read]


@pytest.mark.proves("CA-027")
async def test_one_request_goes_to_the_origin_and_the_others_wait_for_its_response() -> None:
    crowd = Crowd()
    await crowd.come(5)

    crowd.origin.received[0].set_result(a_response(headers=[KEPT]))

    assert await crowd.results() == [MISS, HIT, HIT, HIT, HIT]
    assert len(crowd.origin.received) == 1


@pytest.mark.proves("CA-027")
async def test_a_request_during_the_transfer_gets_the_body_from_its_beginning() -> None:
    crowd = Crowd()
    body = Pieces([b"be", b"gin"], gate=asyncio.Semaphore(1))
    await crowd.come(2)
    crowd.origin.received[0].set_result(a_response(body=body, headers=[KEPT]))
    await crowd.settle()
    await crowd.come(1)
    assert body.gate is not None
    body.gate.release()

    assert await crowd.bodies() == [b"begin"] * 3
    assert await crowd.results() == [MISS, HIT, HIT]
    assert len(crowd.origin.received) == 1
    assert len(crowd.objects.cache) == 1


@pytest.mark.proves("CA-027")
async def test_without_caching_requests_are_not_collapsed() -> None:
    crowd = Crowd(behavior=OFF)

    await crowd.come(3)

    assert len(crowd.origin.received) == 3
    for response in crowd.origin.received:
        response.set_result(a_response())
    assert await crowd.results() == [MISS] * 3


@pytest.mark.proves("CA-027")
async def test_with_cookies_forwarded_requests_are_not_collapsed() -> None:
    policy = a_cache_policy(cookies=ALL)
    crowd = Crowd(behavior=a_behavior(cache_policy=policy))

    await crowd.come(3)

    assert len(crowd.origin.received) == 3
    for response in crowd.origin.received:
        response.set_result(a_response())
    await crowd.results()


@pytest.mark.proves("CA-027")
@pytest.mark.parametrize(
    "directive", ["private", "no-store", "no-cache", "max-age=0", "s-maxage=0"]
)
async def test_a_private_response_is_not_shared_with_waiting_requests(
    directive: str,
) -> None:
    crowd = Crowd()
    await crowd.come(3)
    alone = a_response(body=b"1", headers=[("Cache-Control", directive)])

    crowd.origin.received[0].set_result(alone)
    await crowd.settle()
    for number, response in enumerate(crowd.origin.received[1:], start=2):
        response.set_result(a_response(body=b"%d" % number, headers=[("Cache-Control", directive)]))

    assert sorted(map(bytes, await crowd.bodies())) == [b"1", b"2", b"3"]


async def test_if_the_first_request_fails_the_others_go_to_the_origin() -> None:
    crowd = Crowd()
    await crowd.come(3)

    crowd.origin.received[0].set_exception(EdgeExecutionError("raised"))
    await crowd.settle()
    assert len(crowd.origin.received) > 1
    for response in crowd.origin.received[1:]:
        response.set_result(a_response(headers=[KEPT]))
        await crowd.settle()

    first, *others = await asyncio.gather(*crowd.visits, return_exceptions=True)
    assert isinstance(first, EdgeExecutionError)
    assert all(isinstance(o, Outcome) and o.response.status == 200 for o in others)


@pytest.mark.proves("CA-027", "ER-001")
async def test_collapsed_requests_share_one_attempt_to_an_origin_that_is_down() -> None:
    crowd = Crowd()
    await crowd.come(4)

    crowd.origin.received[0].set_exception(OriginError("refused", status=502))

    assert await crowd.results() == [ERROR] * 4
    assert len(crowd.origin.received) == 1


async def test_when_the_first_viewer_disconnects_the_others_get_the_body() -> None:
    crowd = Crowd()
    body = Pieces([b"be", b"gin"], gate=asyncio.Semaphore(2))
    await crowd.come(2)
    crowd.origin.received[0].set_result(a_response(body=body, headers=[KEPT]))
    leader, follower = await asyncio.gather(*crowd.visits)

    await close(leader.response.body)

    assert (await whole(follower.response)).body == b"begin"
    assert len(crowd.objects.cache) == 1


async def test_a_transfer_that_all_viewers_left_is_requested_again() -> None:
    crowd = Crowd()
    body = Pieces([b"be", b"gin"])
    await crowd.come(1)
    crowd.origin.received[0].set_result(a_response(body=body, headers=[KEPT]))
    [left] = await asyncio.gather(*crowd.visits)
    await close(left.response.body)

    await crowd.come(1)

    assert len(crowd.origin.received) == 2
    assert len(crowd.objects.cache) == 0
    crowd.origin.received[1].set_result(a_response(headers=[KEPT]))
    assert (await crowd.results())[1] == MISS


async def test_a_body_known_to_be_too_large_is_not_shared() -> None:
    crowd = Crowd()
    size = crowd.objects.cache.max_object_bytes + 1
    await crowd.come(2)
    for number in range(2):
        body = Pieces([b"large"], length=size)
        crowd.origin.received[number].set_result(a_response(body=body))
        await crowd.settle()

    assert await crowd.results() == [MISS, MISS]
    assert len(crowd.origin.received) == 2


def test_a_printed_key_hides_values_that_may_be_secret() -> None:
    key = CacheKey(distribution_id="E1", uri="/a", cookies="id=hunter2", range="0-9")

    assert str(key) == "/a id=… 0-9"


async def test_a_waiter_on_an_abandoned_response_sends_its_own_request() -> None:
    """The beginning of such a body was sent on and is no longer in memory."""
    crowd = Crowd()
    crowd.objects = replace(crowd.objects, cache=Cache(max_bytes=8))
    exchange = a_visit(request=a_request("/a"), behavior=crowd.behavior)

    async def read_at_once() -> bytes:
        outcome = await crowd.objects.get(exchange)
        return (await whole(outcome.response)).held

    viewers = [asyncio.create_task(read_at_once()) for _ in range(2)]
    await crowd.settle()
    too_large = a_response(body=Pieces([b"longer", b" than", b" held"]), headers=[KEPT])
    crowd.origin.received[0].set_result(too_large)
    await crowd.settle()
    crowd.origin.received[1].set_result(a_response(body=b"its own", headers=[KEPT]))

    assert await asyncio.gather(*viewers) == [b"longer than held", b"its own"]
