"""Streamed bodies through the whole of localfront, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from localfront.config.managed_policies import CACHING_DISABLED
from tests.localfront.factories import a_behavior
from tests.localfront.real_sites import KEPT, a_site, origin_at
from tests.localfront.wire import exchange, parsed, request_bytes

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
UPLOADS = a_behavior(
    target_origin_id="here", cache_policy=CACHING_DISABLED, allowed_methods=METHODS
)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nCache-Control: max-age=60\r\n\r\n"
LOCAL = b"Host: localhost\r\n"
MIB = 1024 * 1024


@asynccontextmanager
async def an_origin(conversation: Conversation) -> AsyncIterator[int]:
    """An origin that runs the test's code for each connection."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await conversation(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def local(target: bytes = b"/a") -> bytes:
    return request_bytes(target).replace(b"Host: logs.example.com\r\n", LOCAL)


async def test_a_body_is_streamed_to_the_viewer_while_the_origin_sends() -> None:
    may_end = asyncio.Event()

    async def slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + b"begin")
        await may_end.wait()
        writer.write(b"ended")
        await writer.drain()

    async with an_origin(slowly) as port, a_site(origin_at(port)) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.server.http_port)
        writer.write(local())
        begun = await reader.readuntil(b"begin")
        may_end.set()
        ended = await reader.readexactly(5)
        writer.close()

    assert begun.startswith(b"HTTP/1.1 200 OK")
    assert ended == b"ended"


@pytest.mark.proves("CA-028")
async def test_a_truncated_body_is_truncated_for_the_viewer_and_not_stored() -> None:
    async def breaking_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + b"short")
        await writer.drain()

    async with an_origin(breaking_off) as port, a_site(origin_at(port)) as site:
        first = parsed(await exchange(site.server.http_port, local()))
        second = parsed(await exchange(site.server.http_port, local()))
        stored = len(site.objects.cache)

    for reply in (first, second):
        assert reply.all(b"content-length") == [b"10"]
        assert reply.body == b"short"
        assert reply.all(b"x-cache") == [b"Miss from cloudfront"]
    assert stored == 0


@pytest.mark.proves("CA-028")
async def test_without_a_length_truncation_is_undetectable_and_the_body_is_stored() -> None:
    async def ending(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n\r\nshort")
        await writer.drain()

    async with an_origin(ending) as port, a_site(origin_at(port)) as site:
        await exchange(site.server.http_port, local())
        second = parsed(await exchange(site.server.http_port, local()))

    assert second.body == b"short"
    assert second.all(b"x-cache") == [b"Hit from cloudfront"]


@pytest.mark.proves("CA-029")
async def test_when_the_viewer_disconnects_the_origin_connection_closes_and_nothing_is_stored() -> (
    None
):
    let_go = asyncio.Event()

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * MIB)
                await writer.drain()
        except ConnectionError:
            let_go.set()

    async with an_origin(endless) as port, a_site(origin_at(port)) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.server.http_port)
        writer.write(local())
        await reader.readexactly(3 * MIB)
        writer.transport.abort()
        await let_go.wait()
        stored = len(site.objects.cache)

    assert stored == 0


@pytest.mark.parametrize("behavior", [UPLOADS, KEPT], ids=["uncached", "cached"])
async def test_a_body_over_the_size_limit_is_streamed_but_not_stored(
    behavior: object,
) -> None:
    size = 40 * MIB

    async def large(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n\r\n")
        for _ in range(40):
            writer.write(b"x" * MIB)
            await writer.drain()

    async with (
        an_origin(large) as port,
        a_site(origin_at(port), behavior) as site,  # type: ignore[arg-type]  # of either kind
    ):
        wire = await exchange(site.server.http_port, local())
        stored = len(site.objects.cache)

    assert wire.count(b"x" * 1024) >= size // 1024 - 40 * 64  # less the chunk headers
    assert stored == 0


async def test_an_upload_is_streamed_to_the_origin_while_the_viewer_sends() -> None:
    begun = asyncio.Event()

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(5) == b"begin"
        begun.set()
        assert await reader.readexactly(5) == b"ended"
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with (
        an_origin(receive) as port,
        a_site(origin_at(port), UPLOADS) as site,
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", site.server.http_port)
        writer.write(b"PUT /a HTTP/1.1\r\n" + LOCAL + b"Content-Length: 10\r\n\r\nbegin")
        await begun.wait()
        writer.write(b"ended")
        response = await reader.readuntil(b"\r\n\r\n")
        writer.close()

    assert response.startswith(b"HTTP/1.1 201 Created")


async def test_a_truncated_upload_aborts_the_origin_request() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(5)
        begun.set()
        with suppress(ConnectionError):
            assert await reader.read() == b""
        ended.set()

    async with (
        an_origin(receive) as port,
        a_site(origin_at(port), UPLOADS) as site,
    ):
        _, writer = await asyncio.open_connection("127.0.0.1", site.server.http_port)
        writer.write(b"PUT /a HTTP/1.1\r\n" + LOCAL + b"Content-Length: 10\r\n\r\nbegin")
        await begun.wait()
        writer.transport.abort()
        await ended.wait()


async def test_an_upload_without_a_length_is_forwarded_chunked() -> None:
    heads: list[bytes] = []

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        assert await reader.readuntil(b"0\r\n\r\n") == b"5\r\nbegin\r\n0\r\n\r\n"
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with (
        an_origin(receive) as port,
        a_site(origin_at(port), UPLOADS) as site,
    ):
        wire = (
            b"POST /a HTTP/1.1\r\n" + LOCAL + b"Connection: close\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n5\r\nbegin\r\n0\r\n\r\n"
        )
        reply = parsed(await exchange(site.server.http_port, wire))

    assert reply.status == 200
    assert b"Transfer-Encoding: chunked" in heads[0]


async def test_an_origins_early_refusal_of_an_upload_reaches_the_viewer() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
        await writer.drain()
        await reader.read()  # whatever comes still

    async with (
        an_origin(refuse) as port,
        a_site(origin_at(port), UPLOADS) as site,
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", site.server.http_port)
        head = b"PUT /a HTTP/1.1\r\n" + LOCAL + b"Content-Length: 99999\r\n\r\n"
        writer.write(head + b"begin")
        response = await reader.readuntil(b"no")
        writer.transport.abort()

    assert response.startswith(b"HTTP/1.1 413")
