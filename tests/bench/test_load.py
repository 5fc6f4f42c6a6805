"""The load generator counts responses and sends exactly the requests that were ordered."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bench.load import Order, execute, requests_for
from tests.localfront.factories import a_response
from tests.localfront.origin_server import OriginServer, saying
from tests.localfront.server.test_http2 import served
from tests.localfront.wire import Recorder

PATIENCE = 10  # seconds


def an_order(port: int = 1, **changes: Any) -> Order:
    settings: dict[str, Any] = {"host": "localhost", "path": "/", "connections": 1}
    return Order(**{**settings, "port": port, **changes})


async def obeyed(server: OriginServer, **changes: Any) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        return await execute(an_order(server.port, **changes))


@pytest.mark.parametrize("connections", [1, 3])
async def test_the_ordered_number_of_requests_is_sent_and_counted(
    connections: int,
) -> None:
    async with OriginServer(saying(b"x" * 100_000), keeps_alive=True) as server:
        done = await obeyed(server, requests=7, connections=connections)

        assert len(server.received) == 7
        assert server.connections == connections
    assert (done["requests"], done["failed"]) == (7, 0)
    assert 0 < done["p50_ms"] <= done["p99_ms"] <= done["seconds"] * 1000


async def test_a_time_limit_ends_an_order_too() -> None:
    async with OriginServer(keeps_alive=True) as server:
        done = await obeyed(server, seconds=0.05)

    assert done["requests"] > 0
    assert done["seconds"] >= 0.05


async def test_an_unexpected_response_is_a_failure() -> None:
    miss = saying(b"ok", b"X-Cache: Miss from cloudfront")
    hit = saying(b"ok", b"X-Cache: Hit from cloudfront")

    async with OriginServer(miss, hit, keeps_alive=True) as server:
        done = await obeyed(server, requests=3, expect="Hit from cloudfront")

    assert (done["requests"], done["failed"]) == (3, 1)
    assert done["unexpected"] == "HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(b"", id="none"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Le", id="half a head"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", id="half a body"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\nx", id="no length"),
    ],
)
async def test_a_server_that_closes_the_connection_is_a_failure_without_a_hang(
    response: bytes,
) -> None:
    async with OriginServer(response) as server:
        done = await obeyed(server, requests=5)

    assert (done["requests"], done["failed"]) == (0, 1)


async def test_each_request_may_have_a_path_of_its_own() -> None:
    async with OriginServer(keeps_alive=True) as server:
        await obeyed(server, path="/miss/{n}.html", requests=50, connections=2)

        targets = {received.target for received in server.received}
    assert len(targets) == 50
    assert all(t.startswith("/miss/") and t.endswith(".html") for t in targets)


def test_a_limited_number_of_paths_is_reused() -> None:
    ask = requests_for(an_order(path="/object/{n}", distinct=2))

    assert [ask().split()[1] for _ in range(3)] == [b"/object/0", b"/object/1", b"/object/0"]


def test_no_two_orders_request_the_same_path() -> None:
    first, second = requests_for(an_order(path="/{n}")), requests_for(an_order(path="/{n}"))

    assert len({first(), second(), first(), second()}) == 4


@pytest.mark.parametrize(("expect", "failed"), [("HTTP/1.1 200", 0), ("Hit from cloudfront", 5)])
async def test_requests_over_http2_are_counted_like_those_over_http1(
    expect: str, failed: int
) -> None:
    recorder = Recorder(response=a_response(body=b"x" * 100_000))
    async with served(recorder) as server, asyncio.timeout(PATIENCE):
        order = an_order(server.https_port, tls=True, http2=True, requests=5, expect=expect)
        done = await execute(order)

    assert (done["requests"], done["failed"]) == (5, failed)
    assert {request.http_version for request in recorder.requests} == {"2.0"}
