"""Two viewers, one kept connection, and an origin that sends more than its answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp.client_proto import ResponseHandler

from localfront.cache.freshness import Lifetime
from localfront.cache.store import Absent, Cache
from localfront.http_messages.bodies import read_whole
from localfront.origins.client import OriginClient
from tests.localfront.cache.test_store import a_key
from tests.localfront.factories import a_request, a_response
from tests.localfront.origin_server import OriginServer, saying
from tests.localfront.real_sites import a_site, origin_at
from tests.localfront.wire import asking, exchange

LEFTOVER = saying(b"LEFTOVER", b"Cache-Control: max-age=60")


@asynccontextmanager
async def an_origin_with_surplus(surplus: bytes, *, later: bool) -> AsyncIterator[int]:
    """Its port. `surplus` follows the answer to /alice, at once or a moment later."""
    sent = asyncio.Event()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split()[1]
                answer = saying(b"for " + path, b"Cache-Control: max-age=60")
                first = path == b"/alice"
                writer.write(answer + surplus if first and not later else answer)
                await writer.drain()
                if first and later:
                    await asyncio.sleep(0.02)  # the answer and its surplus in two reads
                    writer.write(surplus)
                    await writer.drain()
                sent.set()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("later", [False, True], ids=["in one write", "a moment later"])
@pytest.mark.parametrize(
    "surplus",
    [
        LEFTOVER,
        saying(b"x" * 200_000),
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nX-Half: ",
        b"\x00garbage",
    ],
    ids=["an answer", "a large answer", "half a body", "half a head", "garbage"],
)
async def test_an_origins_surplus_reaches_no_other_viewer(surplus: bytes, later: bool) -> None:
    async with (
        an_origin_with_surplus(surplus, later=later) as port,
        a_site(origin_at(port, read_timeout=5)) as site,
    ):
        found = {}
        for path in (b"/alice", b"/bob", b"/carol", b"/bob"):
            found[path] = await exchange(site.server.http_port, asking(path))
            if path == b"/alice" and later:
                await asyncio.sleep(0.1)  # the case is that it arrives before the next request

    assert found[b"/bob"].endswith(b"for /bob")
    assert found[b"/carol"].endswith(b"for /carol")


async def test_surplus_that_shows_up_late_has_what_its_connection_brought_forgotten() -> None:
    answers = (
        saying(b"for alice"),
        LEFTOVER + saying(b"for bob"),
        saying(b"for carol"),
    )
    forgotten: list[float] = []
    async with (
        OriginServer(*answers, keeps_alive=True) as origin,
        OriginClient() as client,
    ):
        client.forget_with(forgotten.append)
        before = time.time()
        bodies = []
        for _ in answers:
            answer = await client.send(f"{origin.url}/", a_request(), b"", origin.origin())
            bodies.append(await read_whole(answer.body))

        assert origin.connections == 2
    assert bodies == [b"for alice", b"LEFTOVER", b"for carol"]
    assert [since >= before for since in forgotten] == [True]


async def test_a_kept_connection_that_closes_as_the_request_leaves_is_no_failure() -> None:
    async with (
        OriginServer(saying(b"one"), saying(b"two")) as origin,
        OriginClient() as client,
    ):
        for _ in range(2):  # the origin hangs up after each answer
            here = origin.origin(connection_attempts=1)
            answer = await client.send(f"{origin.url}/", a_request(), b"", here)
            assert answer.status == 200
            assert await read_whole(answer.body) in (b"one", b"two")


async def test_a_request_with_a_body_goes_out_on_a_connection_of_its_own() -> None:
    async with (
        OriginServer(saying(b""), keeps_alive=True) as origin,
        OriginClient() as client,
    ):
        for method, body in (
            ("GET", b""),
            ("GET", b""),
            ("POST", b"x"),
            ("DELETE", b""),
        ):
            await client.send(f"{origin.url}/", a_request(method=method), body, origin.origin())

        assert origin.connections == 3


def test_what_was_stored_since_a_moment_is_forgotten_and_the_rest_kept() -> None:
    cache = Cache()
    lifetime = Lifetime(fresh=60)
    cache.store(a_key("/before"), a_response(), lifetime=lifetime, now=1)
    cache.store(a_key("/since"), a_response(), lifetime=lifetime, now=2)

    assert cache.forget_stored_since(2) == 1
    assert cache.lookup(a_key("/since"), now=3) == Absent()
    assert cache.lookup(a_key("/before"), now=3) != Absent()


@pytest.mark.parametrize("name", ["_get", "_release"])
def test_aiohttps_connector_has_the_private_methods_that_are_replaced(
    name: str,
) -> None:
    assert hasattr(aiohttp.TCPConnector, name)


async def test_aiohttps_connections_have_the_private_state_that_is_read() -> None:
    handler = ResponseHandler(asyncio.get_running_loop())

    assert [
        n for n in ("_buffer", "_reading_paused", "_buffer_paused") if not hasattr(handler, n)
    ] == []
