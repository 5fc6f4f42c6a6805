"""An origin's final response: its head, and its streamed body."""

from __future__ import annotations

import asyncio

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage

from localfront.http_messages.messages import Headers
from localfront.http_messages.origin_connection import OriginConnection
from localfront.origins.kept_connections import KeptConnection
from localfront.origins.whole_response import WholeResponse


class OriginResponse:
    """A response; it releases its connection at its end. `came_over` is that connection.

    If the request's body was not sent completely by then, the connection is closed.
    """

    def __init__(
        self,
        message: RawResponseMessage,
        content: aiohttp.StreamReader,
        connection: aiohttp.connector.Connection,
        upload: asyncio.Task[None] | None,
    ) -> None:
        self.status = message.code
        self.reason = message.reason
        self.headers = headers = _decoded(message)
        # The parser guarantees a single number.
        self.length = None if (declared := headers.get("content-length")) is None else int(declared)
        self.content = content
        protocol = connection.protocol
        self.came_over: OriginConnection | None = (
            protocol.identity if isinstance(protocol, KeptConnection) else None
        )
        self._connection = connection
        self._upload = upload
        content.on_eof(self.let_go)

    def let_go(self) -> None:
        """Keep the connection if everything was read and sent, otherwise close it."""
        if self.content.is_eof() and (self._upload is None or self._upload.done()):
            self._connection.release()
        else:
            self.hang_up()

    def hang_up(self) -> None:
        if self._upload is not None:
            self._upload.cancel()
        if not self.content.is_eof():
            self.content.set_exception(aiohttp.ClientConnectionError("the connection was closed"))
        self._connection.close()


def release_after_whole(
    connection: aiohttp.connector.Connection, upload: asyncio.Task[None] | None
) -> OriginConnection | None:
    """Keep or close the connection of a WholeResponse; returns the connection's identity."""
    protocol = connection.protocol
    if upload is None or upload.done():
        connection.release()
    else:
        upload.cancel()
        connection.close()
    return protocol.identity if isinstance(protocol, KeptConnection) else None


def _decoded(message: RawResponseMessage) -> Headers:
    """The header lines, unchanged; bytes that are not UTF-8 as surrogate escapes (PEP 383)."""
    return Headers(
        tuple(
            [
                (name.decode("latin-1"), value.decode("utf-8", "surrogateescape"))
                for name, value in message.raw_headers
            ]
        )
    )


async def final_response(
    protocol: ResponseHandler,
) -> tuple[RawResponseMessage | WholeResponse, aiohttp.StreamReader]:
    """The first non-interim response. 101 is final: no upgrade was requested."""
    while True:
        message, content = await protocol.read()
        if not 100 <= message.code <= 199 or message.code == 101:
            return message, content
