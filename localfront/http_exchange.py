"""One exchange on a socket: aiohttp's messages ↔ `Request` and `Response`."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import HttpVersion11, web
from multidict import CIMultiDict

from localfront.bodies import Stream
from localfront.errors import LocalfrontError, OriginError
from localfront.messages import Headers, Request, Response
from localfront.responses.viewer_responses import reason_phrase
from localfront.websockets import OriginSocket

LOG = logging.getLogger("localfront")
AUTHORITY = re.compile(r"[^/?#]*")
FRAMING = ("content-length", "transfer-encoding")  # of this hop


class ViewerGoneError(LocalfrontError):
    """The viewer left before its request was complete."""


class Upload:
    """A viewer's body, on its way. Raises ViewerGoneError when it breaks off."""

    def __init__(self, incoming: web.BaseRequest) -> None:
        self._incoming = incoming
        self._is_asked_for = False
        self.read = 0  # bytes so far

    @property
    def length(self) -> int | None:
        return self._incoming.content_length

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await self._ask()
        try:
            async for piece in self._incoming.content.iter_any():
                if piece:
                    self.read += len(piece)
                    yield piece
        except (aiohttp.ClientPayloadError, web.RequestPayloadError, OSError) as error:
            raise ViewerGoneError("the viewer's upload broke off") from error

    async def _ask(self) -> None:
        """The low-level server leaves 100 Continue to us; the client waits for it."""
        expected = self._incoming.headers.get("Expect", "").lower()
        is_new = self._incoming.version >= HttpVersion11
        if expected == "100-continue" and is_new and not self._is_asked_for:
            await self._incoming.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._incoming.writer.output_size = 0
        self._is_asked_for = True

    async def aclose(self) -> None:
        """The server reads what is left, or hangs up."""


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
        client_port=peer[1] if peer else 0,
        tls=_tls(incoming) if incoming.secure else "",
        scheme="https" if incoming.secure else "http",
        http_version=f"{version.major}.{version.minor}",
    )


def _tls(incoming: web.BaseRequest) -> str:
    """`version:cipher` (OR-020)."""
    transport = incoming.transport
    cipher = transport.get_extra_info("cipher") if transport else None
    return f"{cipher[1]}:{cipher[0]}" if cipher else ""


async def write(response: Response, incoming: web.BaseRequest) -> web.StreamResponse:
    """Send a response, to its end. Raises ConnectionError when the viewer leaves."""
    if response.websocket is not None:
        return await _relay(response, response.websocket, incoming)
    if isinstance(response.body, bytes):
        outgoing: web.StreamResponse = web.Response(
            status=response.status,
            reason=response.reason or reason_phrase(response.status),
            headers=_held_lines(response, incoming.method),
            body=response.body,
        )
        if response.headers.get("connection") == "close":  # VP-009, VP-010
            outgoing.force_close()
        await outgoing.prepare(incoming)  # here, so that a bad header becomes a 500
        await outgoing.write_eof()
        return outgoing
    return await _write_stream(response, response.body, incoming)


async def _write_stream(
    response: Response, body: Stream, incoming: web.BaseRequest
) -> web.StreamResponse:
    """A body that breaks off breaks off for the viewer too: the connection ends (CA-028)."""
    headers = _lines(response.headers)
    if body.length is not None:
        headers["Content-Length"] = str(body.length)
    outgoing = web.StreamResponse(
        status=response.status,
        reason=response.reason or reason_phrase(response.status),
        headers=headers,
    )
    try:
        await outgoing.prepare(incoming)
        if incoming.method != "HEAD":
            async for piece in body:
                await outgoing.write(piece)
        await outgoing.write_eof()
    except OriginError as error:
        LOG.warning("%s: the viewer's connection is ended with it", error)
        if incoming.transport is not None:
            incoming.transport.abort()
    finally:
        await body.aclose()
    return outgoing


async def _relay(
    response: Response, origin: OriginSocket, incoming: web.BaseRequest
) -> web.StreamResponse:
    """MI-001: messages go both ways until either side ends."""
    chosen = (origin.subprotocol,) if origin.subprotocol else ()
    viewer = web.WebSocketResponse(
        protocols=chosen, autoping=False, autoclose=False, max_msg_size=0
    )
    own = ("connection", "upgrade", "sec-websocket-accept", "sec-websocket-protocol")
    viewer.headers.extend(_lines(response.headers.without(*own)))
    try:
        await viewer.prepare(incoming)
        await origin.relay(viewer)
    finally:
        await origin.aclose()
    return viewer


def _held_lines(response: Response, method: str) -> CIMultiDict[str]:
    lines = _lines(response.headers)
    length = response.headers.get("content-length")
    if method == "HEAD" and length is not None and not response.body:
        lines["Content-Length"] = length  # of what a GET would get
    return lines


def _lines(headers: Headers) -> CIMultiDict[str]:
    """As aiohttp takes them; how the body is framed is this hop's own business."""
    return CIMultiDict(line for line in headers if line[0].lower() not in FRAMING)


def received(incoming: web.BaseRequest, upload: Upload | None) -> int:
    """The bytes of a request so far, its head counted as it was written."""
    head = len(incoming.method) + len(incoming.raw_path) + len(" HTTP/1.1\r\n\r\n") + 1
    lines = sum(len(name) + len(value) + 4 for name, value in incoming.raw_headers)
    return head + lines + (upload.read if upload is not None else 0)
