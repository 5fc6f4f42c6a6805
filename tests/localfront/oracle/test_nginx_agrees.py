"""The same requests to nginx and to localfront's pipeline, with the same origin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.localfront.factories import (
    ALL,
    a_cache_policy,
    an_api_behavior,
)
from tests.localfront.fakes import FakeClock
from tests.localfront.oracle.nginx import PROGRAM, nginx
from tests.localfront.oracle.scenarios import (
    CONDITIONS,
    FRESHNESS,
    KEYS,
    RANGES,
    REVALIDATION,
    STATUSES,
    Scenario,
    ScenarioStep,
)
from tests.localfront.origin_server import OriginServer, Received
from tests.localfront.real_sites import a_site
from tests.localfront.wire import exchange, parsed, request_bytes

if PROGRAM is None:  # one line in the report, not one for each scenario
    pytest.skip("nginx is not installed (Debian: nginx-light)", allow_module_level=True)

PATIENCE = 10  # seconds
ORIGIN_REQUEST_HEADERS = ("if-none-match", "if-modified-since", "range", "if-range")
# Without Cache-Control: a 304 brings a new one, which nginx does not pass on (RFC 9111, 4.3.4).
RESPONSE_HEADERS = (b"content-length", b"content-range", b"etag", b"last-modified", b"location")


@dataclass(frozen=True, slots=True)
class Seen:
    """The viewer's response, and the origin requests for it."""

    status: int
    headers: tuple[tuple[bytes, list[bytes]], ...]
    body: bytes
    at_origin: tuple[tuple[str, str, Mapping[str, str]], ...]

    @property
    def result(self) -> str:
        if not self.at_origin:
            return "hit"
        return "revalidated" if self.at_origin[0][2] else "miss"


def described(received: Received) -> tuple[str, str, Mapping[str, str]]:
    """The parts of an origin request that depend on caching."""
    lines = {name: received.headers.get(name) for name in ORIGIN_REQUEST_HEADERS}
    return received.method, received.target, {n: v for n, v in lines.items() if v}


Send = Callable[[ScenarioStep], Awaitable[bytes]]


async def play(scenario: Scenario, origin: OriginServer, send: Send) -> list[Seen]:
    seen = []
    for step in scenario.steps:
        before = len(origin.received)
        reply = parsed(await send(step))
        requests = tuple(described(received) for received in origin.received[before:])
        headers = tuple((name, reply.all(name)) for name in RESPONSE_HEADERS)
        seen.append(Seen(reply.status, headers, reply.body, requests))
    return seen


def wire(step: ScenarioStep) -> bytes:
    return request_bytes(step.target, *step.lines, method=step.method)


@asynccontextmanager
async def through_nginx(origin: OriginServer) -> AsyncIterator[Send]:
    async with nginx(origin.port) as socket:

        async def once(step: ScenarioStep) -> bytes:
            reader, writer = await asyncio.open_unix_connection(socket)
            writer.write(wire(step))
            try:
                return await reader.read()
            finally:
                writer.close()

        async def send(step: ScenarioStep) -> bytes:
            async with asyncio.timeout(PATIENCE):
                response = await once(step)
                # nginx uses the real clock; a repeated hit is ignored.
                while step.expired and b"X-Judge: HIT" in response:
                    await asyncio.sleep(0.05)
                    response = await once(step)
                return response

        yield send


@asynccontextmanager
async def through_localfront(origin: OriginServer) -> AsyncIterator[Send]:
    clock = FakeClock()
    behavior = an_api_behavior(
        path_pattern="*",
        target_origin_id="here",
        # As nginx: without the origin's Cache-Control nothing is cached; the whole URL is the key.
        cache_policy=a_cache_policy(default_ttl=0, query_strings=ALL),
    )
    async with a_site(origin.origin(), behavior, clock=clock) as site:

        async def send(step: ScenarioStep) -> bytes:
            clock.advance(2 if step.expired else 0)
            return await exchange(site.server.http_port, wire(step))

        yield send


async def judgment(scenario: Scenario) -> list[Seen]:
    async with OriginServer(*scenario.responses) as origin, through_nginx(origin) as send:
        return await play(scenario, origin, send)


async def agree(scenario: Scenario, judged: list[Seen] | None = None) -> None:
    judged = await judgment(scenario) if judged is None else judged
    assert [seen.result for seen in judged] == [step.result for step in scenario.steps]

    async with (
        OriginServer(*scenario.responses) as origin,
        through_localfront(origin) as send,
    ):
        ours = await play(scenario, origin, send)
    assert ours == judged


def each(scenarios: Mapping[str, Scenario]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("scenario", scenarios.values(), ids=scenarios.keys())


@each(FRESHNESS)
async def test_nginx_and_localfront_cache_for_the_same_time(scenario: Scenario) -> None:
    await agree(scenario)


@each(STATUSES)
async def test_nginx_and_localfront_cache_the_same_statuses(scenario: Scenario) -> None:
    await agree(scenario)


@each(KEYS)
async def test_the_same_requests_share_a_cached_object(scenario: Scenario) -> None:
    await agree(scenario)


@each(CONDITIONS)
async def test_conditional_requests_get_the_same_responses(scenario: Scenario) -> None:
    await agree(scenario)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def expired() -> dict[str, list[Seen]]:
    """nginx's results for all scenarios at once: each waits seconds until its object expires."""
    judged = await asyncio.gather(*map(judgment, REVALIDATION.values()))
    return dict(zip(REVALIDATION, judged, strict=True))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", REVALIDATION)
async def test_an_expired_object_is_revalidated_in_the_same_way(
    expired: Mapping[str, list[Seen]], name: str
) -> None:
    await agree(REVALIDATION[name], expired[name])


@each(RANGES)
async def test_the_same_ranges_of_a_stored_object_are_sent(scenario: Scenario) -> None:
    await agree(scenario)
