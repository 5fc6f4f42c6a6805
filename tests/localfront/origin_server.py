"""A real origin on a local socket, which sends given bytes and records what it receives."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from localfront.config.distribution import Origin
from localfront.http_messages.messages import Headers
from tests.localfront.factories import an_api_origin


@dataclass(frozen=True, slots=True)
class Received:
    """A request as received; text is its bytes decoded as ISO-8859-1."""

    method: str
    target: str
    version: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Endless:
    """A response whose body repeats a chunk forever."""

    head: bytes
    chunk: bytes


class Silence:
    """No response, on a connection that stays open."""


SILENCE = Silence()
HANG_UP = b""
ScriptedResponse = bytes | Endless | Silence


def saying(body: bytes = b"ok", *lines: bytes, status: bytes = b"200 OK") -> bytes:
    """A response with a Content-Length."""
    length = b"Content-Length: %d" % len(body)
    return b"\r\n".join([b"HTTP/1.1 " + status, length, *lines, b"", body])


class OriginServer:
    """Returns its responses in turn, then repeats the last one; a context manager.

    It hangs up after each response, unless `keeps_alive`.
    """

    def __init__(
        self,
        *responses: ScriptedResponse,
        keeps_alive: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._responses: Sequence[ScriptedResponse] = responses or [saying()]
        self._keeps_alive = keeps_alive
        self._tls = tls
        self._closing = asyncio.Event()
        self._conversations: set[asyncio.Task[None]] = set()
        self.received: list[Received] = []
        self.connections = 0
        self.has_come = asyncio.Event()  # the first connection

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._converse, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        self._closing.set()
        for conversation in self._conversations:
            conversation.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def origin(self, **changes: Any) -> Origin:
        """A custom origin with this server's address."""
        here: dict[str, Any] = {
            "id": "here",
            "domain_name": "127.0.0.1",
            "origin_path": "",
            "protocol_policy": "http-only",
            "http_port": self.port,
            "https_port": self.port,
        }
        return an_api_origin(**{**here, **changes})

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._conversations.add(task)
        self.connections += 1
        self.has_come.set()
        try:
            while True:
                self.received.append(await _read(reader))
                await self._respond(writer)
                if not self._keeps_alive:
                    return
        except (asyncio.IncompleteReadError, OSError):
            pass  # the client hung up
        finally:
            writer.close()
            self._conversations.discard(task)

    async def _respond(self, writer: asyncio.StreamWriter) -> None:
        turn = min(len(self.received), len(self._responses)) - 1
        match self._responses[turn]:
            case bytes(response):
                writer.write(response)
                await writer.drain()
            case Endless(head, chunk):
                writer.write(head)
                while True:
                    writer.write(chunk)
                    await writer.drain()
            case Silence():
                await self._closing.wait()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("iso-8859-1")
    start, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
    method, target, version = start.split(" ")
    split = [line.partition(": ") for line in lines]
    headers = Headers.of((name, value) for name, _, value in split)
    body = await reader.readexactly(int(headers.get("content-length") or 0))
    return Received(method, target, version, headers, body)
