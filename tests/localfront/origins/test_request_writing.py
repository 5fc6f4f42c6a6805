"""Framing of origin requests over real sockets, whatever their headers say, and truncated uploads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from localfront.errors import OriginError
from localfront.http_messages.bodies import read_whole
from localfront.origins.client import OriginClient
from tests.localfront.factories import a_request
from tests.localfront.origin_server import saying
from tests.localfront.real_sites import origin_at
from tests.localfront.streams import Pieces

PATIENCE = 10  # seconds, before a test that hangs fails
WHOLE = saying(b"heard")
IN_PIECES = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nheard\r\n0\r\n\r\n"


class Heard:
    """The bytes received on one connection, and whether it ended."""

    def __init__(self) -> None:
        self.bytes = b""
        self.ended = asyncio.Event()


@asynccontextmanager
async def hearing(until: bytes, response: bytes = WHOLE) -> AsyncIterator[tuple[int, Heard]]:
    """An origin's port; it responds after those bytes, and continues to listen."""
    received = Heard()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        replied = False
        while piece := await reader.read(65_536):
            received.bytes += piece
            if not replied and until in received.bytes:
                replied = True
                writer.write(response)
        received.ended.set()
        writer.close()

    async with await asyncio.start_server(converse, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], received


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_requests_own_framing_headers_are_not_sent(
    client: OriginClient, method: str
) -> None:
    """Otherwise the bytes after its head would be taken for a body, or its body for a request."""
    lines = [
        ("Content-Length", "30"),
        ("transfer-encoding", "chunked"),
        ("Connection", "close, X-Kept"),
        ("Host", "a.test"),
        ("X-Kept", "1"),
    ]
    async with hearing(b"\r\n\r\n") as (port, received), asyncio.timeout(PATIENCE):
        request = a_request("/page", method=method, headers=lines)
        response = await client.send(f"http://127.0.0.1:{port}/page", request, b"", origin_at(port))
        assert await read_whole(response.body) == b"heard"

    framing = b"" if method == "GET" else b"Content-Length: 0\r\n"
    head = b" /page HTTP/1.1\r\nHost: a.test\r\nX-Kept: 1\r\nConnection: Keep-Alive\r\n"
    assert received.bytes == method.encode() + head + framing + b"\r\n"


async def test_a_body_of_unknown_length_is_sent_chunked(client: OriginClient) -> None:
    body = Pieces([b"first ", b"second"])
    async with hearing(b"0\r\n\r\n") as (port, received), asyncio.timeout(PATIENCE):
        request = a_request(method="PUT", headers=[("Content-Length", "3")])
        await client.send(f"http://127.0.0.1:{port}/", request, body, origin_at(port))

    head, _, sent = received.bytes.partition(b"\r\n\r\n")
    assert sent == b"6\r\nfirst \r\n6\r\nsecond\r\n0\r\n\r\n"
    assert b"Transfer-Encoding: chunked" in head
    assert b"Content-Length" not in head


async def test_a_body_is_sent_only_up_to_its_announced_length(client: OriginClient) -> None:
    body = Pieces([b"12345", b"GET /smuggled HTTP/1.1\r\n\r\n"], length=5)
    async with hearing(b"12345") as (port, received), asyncio.timeout(PATIENCE):
        await client.send(
            f"http://127.0.0.1:{port}/", a_request(method="PUT"), body, origin_at(port)
        )
        await received.ended.wait()

    assert received.bytes.endswith(b"\r\n\r\n12345")


async def test_an_early_response_ends_an_upload(client: OriginClient) -> None:
    gate = asyncio.Semaphore(1)
    body = Pieces([b"first ", b"never sent"], length=16, gate=gate)
    async with hearing(b"first ") as (port, received), asyncio.timeout(PATIENCE):
        request = a_request(method="PUT")
        response = await client.send(f"http://127.0.0.1:{port}/", request, body, origin_at(port))
        assert await read_whole(response.body) == b"heard"
        await received.ended.wait()

    assert received.bytes.endswith(b"\r\n\r\nfirst ")


async def test_a_truncated_upload_is_502_and_looks_incomplete_to_the_origin(
    client: OriginClient,
) -> None:
    broken = Pieces([b"first "], broken=OriginError("gone", status=502))
    async with hearing(b"0\r\n\r\n") as (port, received), asyncio.timeout(PATIENCE):
        request = a_request(method="POST")
        with pytest.raises(OriginError, match="broke off") as caught:
            await client.send(f"http://127.0.0.1:{port}/", request, broken, origin_at(port))
        await received.ended.wait()

    assert caught.value.status == 502
    assert not received.bytes.endswith(b"0\r\n\r\n")


class Unfinished:
    """A body of ten bytes that stops after five; `let_go` is set once nobody reads it."""

    length = 10

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self._rest = asyncio.Event()  # who waits for it is not forgotten with its task

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            yield b"first"
            await self._rest.wait()
        finally:
            self.let_go.set()

    async def aclose(self) -> None:
        """Discard the rest of the body."""


@pytest.mark.parametrize("sent", [WHOLE, IN_PIECES], ids=["whole", "in pieces"])
async def test_after_the_response_the_rest_of_an_upload_is_not_awaited(
    client: OriginClient, sent: bytes
) -> None:
    body = Unfinished()

    async with hearing(b"first", sent) as (port, received), asyncio.timeout(PATIENCE):
        origin = origin_at(port)
        request = a_request("/a", method="PUT")
        response = await client.send(f"http://127.0.0.1:{port}/a", request, body, origin)

        assert await read_whole(response.body) == b"heard"
        await received.ended.wait()
        await body.let_go.wait()
