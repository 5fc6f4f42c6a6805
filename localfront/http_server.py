"""Sockets ↔ `Request` and `Response`: HTTP and HTTPS on loopback.

aiohttp's low-level server, because it keeps the raw request target and the letter case of header
names, which the events of Lambda@Edge show (LE-010). Bodies go through in pieces.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from aiohttp import web

from localfront.bodies import Body
from localfront.certificates import Certificates
from localfront.delivery import Aborted, Answer, Delivery
from localfront.errors import LocalfrontError
from localfront.http_reading import Upload, read_request, received
from localfront.http_writing import write
from localfront.messages import Request

LOG = logging.getLogger("localfront")
Handler = Callable[[Request, Body], Awaitable[Answer]]

# Above CloudFront's own limits, so that localfront itself answers 414 and 494 (VP-009, VP-010).
MAX_LINE_BYTES = 64 * 1024


class PortTakenError(LocalfrontError):
    """Somebody else listens on the port."""


class HttpServer:
    """Serves one handler on two ports; use it as a context. Port 0 takes a free one."""

    def __init__(
        self,
        handler: Handler,
        certificates: Certificates,
        *,
        http_port: int,
        https_port: int,
        host: str = "127.0.0.1",
    ) -> None:
        self._handler = handler
        self._certificates = certificates
        self._host = host
        self._stack = AsyncExitStack()
        self.http_port = http_port
        self.https_port = https_port

    async def __aenter__(self) -> Self:
        runner = web.ServerRunner(
            web.Server(
                self._handle,
                access_log=None,
                # Else a compressed body would go to the origin unpacked, under its old label.
                auto_decompress=False,
                max_line_size=MAX_LINE_BYTES,
                max_field_size=MAX_LINE_BYTES,
                max_headers=1000,
            ),
            shutdown_timeout=1.0,
        )
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        try:
            self.http_port = await self._listen(runner, self.http_port, secure=False)
            self.https_port = await self._listen(runner, self.https_port, secure=True)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def _listen(
        self, runner: web.ServerRunner, port: int, *, secure: bool
    ) -> int:
        context = self._certificates.default if secure else None
        site = web.TCPSite(runner, self._host, port, ssl_context=context)
        try:
            await site.start()
        except OSError as error:
            option = "--https-port" if secure else "--http-port"
            raise PortTakenError(
                f"Port {port} on {self._host} can't be used ({error.strerror}). "
                f"Stop what listens there, or choose another with {option}."
            ) from error
        assert site._server is not None  # noqa: S101 -- started above
        return int(site._server.sockets[0].getsockname()[1])  # type: ignore[attr-defined]

    async def _handle(self, incoming: web.BaseRequest) -> web.StreamResponse:
        begun = time.perf_counter()
        upload = Upload(incoming) if incoming.body_exists else None
        answer = await self._handler(read_request(incoming), upload or b"")
        if answer.delivered is None:
            return await write(answer.response, incoming)
        first_byte = time.perf_counter() - begun
        was_there, stayed = not _is_gone(incoming), False
        try:
            outgoing = await write(answer.response, incoming)
            stayed = not _is_gone(incoming)
            return outgoing
        finally:
            answer.delivered(
                Delivery(
                    seconds=time.perf_counter() - begun,
                    seconds_to_first_byte=first_byte,
                    bytes_received=received(incoming, upload),
                    bytes_sent=incoming.writer.output_size,
                    aborted=_aborted(was_there, stayed),
                )
            )


def _is_gone(incoming: web.BaseRequest) -> bool:
    return incoming.transport is None or incoming.transport.is_closing()


def _aborted(was_there: bool, stayed: bool) -> Aborted:
    if not was_there:
        return "before the response"
    return "" if stayed else "during the response"
