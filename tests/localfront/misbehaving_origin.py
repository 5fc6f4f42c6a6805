"""An origin on a real socket that sends whatever a test tells it to."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.localfront.origin_server import saying

CACHED = b"Cache-Control: max-age=60"


def right_response(path: bytes) -> bytes:
    return saying(b"for " + path, CACHED)


@dataclass(slots=True)
class Talk:
    """One connection, as the origin sees it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    received: list[bytes] = field(default_factory=list)  # paths, on this connection

    async def say(self, wire: bytes) -> None:
        """Write through to the kernel, so that it can be read immediately."""
        self.writer.write(wire)
        await self.writer.drain()

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        known = self.writer.get_extra_info("socket")
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        known.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()


Respond = Callable[[Talk, bytes], Awaitable[None]]


@dataclass(slots=True)
class Misbehaving:
    """Calls `respond` for each request, until it raises or closes the connection."""

    respond: Respond
    port: int = 0
    connections: int = 0
    received: list[bytes] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)  # for `respond` to set

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        talk = Talk(reader, writer)
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1]
                self.received.append(path)
                talk.received.append(path)
                await self.respond(talk, path)
        writer.close()


@asynccontextmanager
async def misbehaving(response: Respond) -> AsyncIterator[Misbehaving]:
    """An origin that handles every request with `response`."""
    origin = Misbehaving(response)
    talks: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await origin.converse(reader, writer)
        finally:
            talks.discard(task)

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    origin.port = server.sockets[0].getsockname()[1]
    try:
        yield origin
    finally:
        server.close()
        for task in tuple(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
