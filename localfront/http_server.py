"""Sockets ↔ `Request` and `Response`: HTTP and HTTPS on loopback.

aiohttp's low-level server, because it keeps the raw request target and the letter case of header
names, which the events of Lambda@Edge show (LE-010). Bodies are held in memory.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from aiohttp import HttpVersion11, web

from localfront.certificates import Certificates
from localfront.errors import LocalfrontError
from localfront.messages import Headers, Request, Response
from localfront.responses.viewer_responses import reason_phrase

LOG = logging.getLogger("localfront")
Handler = Callable[[Request, bytes], Awaitable[Response]]

MAX_BODY_BYTES = 64 * 1024 * 1024
# Above CloudFront's own limits, so that localfront itself answers 414 and 494 (VP-009, VP-010).
MAX_LINE_BYTES = 64 * 1024
AUTHORITY = re.compile(r"[^/?#]*")


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
        expected = incoming.headers.get("Expect", "").lower()
        if expected == "100-continue" and incoming.version >= HttpVersion11:
            # The low-level server leaves it to us; the client waits for it with its body.
            await incoming.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            incoming.writer.output_size = 0
        body = bytearray()
        async for chunk in incoming.content.iter_any():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                return web.Response(
                    status=413, text="The body is larger than localfront holds.\n"
                )
        request = read_request(incoming)
        response = await self._handler(request, bytes(body))
        return await _write(response, incoming)


def read_request(incoming: web.BaseRequest) -> Request:
    """The request as it came: raw target, header names in their own case."""
    target = incoming.raw_path
    if not target.startswith("/"):  # absolute form, RFC 9112 section 3.2.2
        rest = AUTHORITY.sub("", target.partition("://")[2], count=1)
        target = rest if rest.startswith("/") else "/" + rest
    path, _, querystring = target.partition("#")[0].partition("?")
    peer = incoming.transport.get_extra_info("peername") if incoming.transport else None
    version = incoming.version
    return Request(
        method=incoming.method,
        uri=path,
        querystring=querystring,
        headers=Headers.of(
            (name.decode("latin-1"), value.decode("utf-8", "surrogateescape"))
            for name, value in incoming.raw_headers
        ),
        client_ip=peer[0] if peer else "127.0.0.1",
        scheme="https" if incoming.secure else "http",
        http_version=f"{version.major}.{version.minor}",
    )


async def _write(response: Response, incoming: web.BaseRequest) -> web.StreamResponse:
    headers = response.headers.without("Transfer-Encoding")
    bodiless = incoming.method == "HEAD" or response.status in (204, 304)
    if not bodiless or (incoming.method == "HEAD" and response.body):
        headers = headers.replacing("Content-Length", str(len(response.held)))
    outgoing = web.StreamResponse(
        status=response.status,
        reason=response.reason or reason_phrase(response.status),
    )
    for name, value in headers:
        outgoing.headers.add(name, value)
    if headers.get("connection") == "close":  # VP-009, VP-010
        outgoing.force_close()
    await outgoing.prepare(incoming)
    if response.body and not bodiless:
        await outgoing.write(response.held)
    await outgoing.write_eof()
    return outgoing
