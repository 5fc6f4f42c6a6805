"""A graceful stop: requests may finish within a limit, and nothing else delays it."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from localfront.aws.daemon_threads import in_daemon_thread
from localfront.config.managed_policies import ALL_VIEWER, CACHING_DISABLED
from localfront.http_messages.bodies import Body, read_whole
from localfront.http_messages.messages import Request, Response
from localfront.server.http_server import HttpServer
from localfront.server.stopping import GRACE_SECONDS
from tests.localfront.factories import a_behavior, a_response
from tests.localfront.real_sites import a_site, origin_at
from tests.localfront.wire import (
    CERTIFICATES,
    PATIENCE,
    closed,
    exchange,
    handler_of,
    parsed,
)

KEEPING = b"GET / HTTP/1.1\r\nHost: logs.example.com\r\n\r\n"


class Slow:
    """A handler whose responses wait until the test releases them."""

    def __init__(self, requests: int = 1) -> None:
        self._missing = requests
        self.has_come = asyncio.Event()
        self.has_begun = asyncio.Event()
        self.go_on = asyncio.Event()

    async def __call__(self, request: Request, body: Body) -> Response:
        self._missing -= 1
        if self._missing <= 0:
            self.has_come.set()
        await_body = await read_whole(body)
        if self._missing <= 0:
            self.has_begun.set()
        await self.go_on.wait()
        return a_response(body=await_body or b"late, but whole")


@asynccontextmanager
async def serving(slow: Slow, **options: Any) -> AsyncIterator[HttpServer]:
    server = HttpServer(handler_of(slow), CERTIFICATES, http_port=0, https_port=0, **options)
    async with server, asyncio.timeout(PATIENCE):
        yield server


async def ended(server: HttpServer) -> float:
    """Seconds that stopping took."""
    begun = time.monotonic()
    await server.__aexit__(None, None, None)
    return time.monotonic() - begun


async def test_a_response_in_progress_is_finished_and_closes_its_connection(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "localfront")
    slow = Slow()
    async with serving(slow) as server:
        request = asyncio.create_task(exchange(server.http_port, KEEPING))
        await slow.has_begun.wait()
        ending = asyncio.create_task(ended(server))
        await closed(server.http_port)
        slow.go_on.set()
        reply = parsed(await request)
        took = await ending

    assert reply.body == b"late, but whole"
    assert reply.all(b"connection") == [b"close"]
    assert took < GRACE_SECONDS / 2
    assert "1 request is under way, with 5 s to finish" in caplog.text


async def test_an_upload_in_progress_is_read_completely() -> None:
    slow = Slow()
    slow.go_on.set()
    async with serving(slow) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.http_port)
        writer.write(b"PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 6\r\n\r\nabc")
        await slow.has_come.wait()
        ending = asyncio.create_task(ended(server))
        await closed(server.http_port)
        writer.write(b"def")
        reply = parsed(await reader.read())
        writer.close()
        took = await ending

    assert (reply.status, reply.body) == (200, b"abcdef")
    assert took < GRACE_SECONDS / 2


async def test_a_request_that_exceeds_the_grace_period_is_cancelled_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    slow = Slow(requests=2)
    async with serving(slow, grace=0.3) as server:
        request = [asyncio.create_task(exchange(server.http_port, KEEPING)) for _ in "12"]
        await slow.has_begun.wait()
        took = await ended(server)
        wires = await asyncio.gather(*request)

    assert wires == [b"", b""]
    assert 0.3 <= took < 2
    assert "2 unfinished requests are cut off" in caplog.text


async def test_an_immediate_stop_waits_for_no_request() -> None:
    slow, hurry = Slow(), asyncio.Event()
    async with serving(slow, hurry=hurry) as server:
        request = asyncio.create_task(exchange(server.http_port, KEEPING))
        await slow.has_begun.wait()
        ending = asyncio.create_task(ended(server))
        await closed(server.http_port)
        hurry.set()
        took = await ending
        wire = await request

    assert wire == b""
    assert took < GRACE_SECONDS / 2


async def test_idle_connections_do_not_delay_the_stop() -> None:
    slow = Slow()
    slow.go_on.set()
    async with serving(slow) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.http_port)
        _, silent = await asyncio.open_connection("127.0.0.1", server.http_port)
        writer.write(KEEPING)
        await reader.readuntil(b"whole")
        took = await ended(server)
        assert await reader.read() == b""
        writer.close()
        silent.close()

    assert took < 1


async def test_a_websocket_does_not_delay_the_stop() -> None:
    behavior = a_behavior(
        target_origin_id="here",
        cache_policy=CACHING_DISABLED,
        origin_request_policy=ALL_VIEWER,
    )

    async def chat(request: web.BaseRequest) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for _ in socket:
            pass
        return socket

    runner = web.ServerRunner(web.Server(chat), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with (
            a_site(origin_at(runner.addresses[0][1]), behavior) as site,
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{site.url}/chat") as viewer,
        ):
            took = await ended(site.server)
            message = await viewer.receive(PATIENCE)
    finally:
        await runner.cleanup()

    assert took < 1
    assert message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE)


HOLDS = """
import asyncio, threading, time
from localfront.aws.daemon_threads import in_daemon_thread

has_begun = threading.Event()

def hang():
    has_begun.set()
    time.sleep(60)

async def main():
    waiting = asyncio.create_task(in_daemon_thread(hang))
    await asyncio.to_thread(has_begun.wait)
    waiting.cancel()

asyncio.run(main())
"""


def test_a_call_that_never_returns_does_not_delay_the_exit(tmp_path: Path) -> None:
    begun = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", HOLDS],
        check=True,
        timeout=30,
        cwd=Path(__file__).parents[3],
    )

    assert time.monotonic() - begun < 15


async def test_a_daemon_thread_passes_on_the_result_or_exception_of_its_call() -> None:
    assert await in_daemon_thread(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await in_daemon_thread(divmod, 7, 0)
