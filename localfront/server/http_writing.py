"""Write a response to a socket, with exactly its own header lines.

aiohttp's own responses would add a Content-Type, and cost a fifth of the time that a hit takes.

Source: RFC 9112 sections 4 to 7.
"""

from __future__ import annotations

import logging

from aiohttp import HttpVersion11, web
from aiohttp.abc import AbstractStreamWriter
from multidict import CIMultiDict

from localfront.errors import LocalfrontError, OriginError
from localfront.http_messages.bodies import Stream
from localfront.http_messages.messages import Response
from localfront.http_messages.websockets import OriginSocket
from localfront.responses.viewer_responses import reason_phrase

LOG = logging.getLogger("localfront")
BODILESS = frozenset({204, 304})
FRAMING = frozenset({"content-length", "connection", "transfer-encoding"})  # of this hop
ONE_PACKET = 64 * 1024  # bytes of a body that go out together with its head


class Sent(web.StreamResponse):
    """The stand-in that aiohttp gets for a response already sent: whether to keep the connection."""

    def __init__(self, *, stays: bool) -> None:
        super().__init__()
        self._stays = stays

    @property
    def keep_alive(self) -> bool:
        return self._stays

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        return None


STAYS, CLOSES = Sent(stays=True), Sent(stays=False)


class UnsendableError(LocalfrontError, ValueError):
    """A response whose headers would break the framing."""


async def write(
    response: Response, incoming: web.BaseRequest, *, last: bool = False
) -> web.StreamResponse:
    """Send a response, until done or the client disconnects; the `last` one of its connection
    says so. Raises UnsendableError, before anything of it is out.
    """
    keep = incoming.keep_alive and not last
    try:
        if response.websocket is not None:
            return await _relay(response, response.websocket, incoming)
        if isinstance(response.body, bytes):
            return await _write_held(response, response.body, incoming, keep)
        return await _write_stream(response, response.body, incoming, keep)
    except ConnectionError:
        return CLOSES


def closing_message(response: Response, *, has_body: bool) -> bytes:
    """A whole message for a connection that ends with it. Its body is held."""
    fields = [line for line in response.headers if line[0].lower() not in FRAMING]
    own = [("Content-Length", str(len(response.held))), ("Connection", "close")]
    lines = [f"HTTP/1.1 {response.status} {_reason(response)}"]
    lines += [f"{name}: {value}" for name, value in (*fields, *own)]
    return _joined(lines) + (response.held if has_body else b"")


def _reason(response: Response) -> str:
    return response.reason or reason_phrase(response.status)


async def _write_held(
    response: Response, body: bytes, incoming: web.BaseRequest, keep: bool
) -> web.StreamResponse:
    head, stays = _head(response, incoming, keep, length=len(body))
    writer = incoming.writer
    if not body or incoming.method == "HEAD" or response.status in BODILESS:
        await writer.write(head)
    elif len(body) <= ONE_PACKET:
        await writer.write(head + body)
    else:
        await writer.write(head)
        await writer.write(body)
    return STAYS if stays else CLOSES


async def _write_stream(
    response: Response, body: Stream, incoming: web.BaseRequest, keep: bool
) -> web.StreamResponse:
    """A body that breaks off breaks off for the viewer too: the connection ends (CA-028)."""
    writer = incoming.writer
    chunked = body.length is None and incoming.version >= HttpVersion11
    try:
        head, stays = _head(response, incoming, keep, length=body.length)
        await writer.write(head)
        if incoming.method != "HEAD":
            if chunked:
                writer.enable_chunking()
            async for piece in body:
                await writer.write(piece)
            await writer.write_eof()
    except OriginError as error:
        LOG.warning("%s: the viewer's connection is ended with it", error)
        if incoming.transport is not None:
            incoming.transport.abort()
        return CLOSES
    finally:
        await body.aclose()
    return STAYS if stays else CLOSES


def _head(
    response: Response, incoming: web.BaseRequest, keep: bool, *, length: int | None
) -> tuple[bytes, bool]:
    """The status line and the header lines, and whether the connection stays open after it.

    How the body is framed is this hop's own business: `length` None is chunked, or lasts until
    the end of the connection for HTTP/1.0.
    """
    is_new = incoming.version >= HttpVersion11
    bodiless = incoming.method == "HEAD" or response.status in BODILESS
    stays, connection, told = keep, "", ""
    status = response.status
    lines = [f"HTTP/1.{'1' if is_new else '0'} {status} {_reason(response)}"]
    for name, value in response.headers.lines:
        if (lower := name.lower()) not in FRAMING:
            lines.append(f"{name}: {value}")
        elif lower == "content-length":
            told = value
        elif lower == "connection":
            connection = value
    if bodiless and length in (0, None) and told and status not in BODILESS:
        lines.append(f"Content-Length: {told}")  # of what a GET would get
    elif status not in BODILESS:
        if length is not None:
            lines.append(f"Content-Length: {length}")
        elif is_new:
            lines.append("Transfer-Encoding: chunked")
        else:
            stays = stays and bodiless
    stays = stays and connection.lower() != "close"
    if connection or stays is not is_new:
        lines.append(f"Connection: {'keep-alive' if stays else 'close'}")
    return _joined(lines), stays


def _joined(lines: list[str]) -> bytes:
    text = "\r\n".join(lines) + "\r\n\r\n"
    ends = len(lines) + 1
    if text.count("\r") != ends or text.count("\n") != ends or "\0" in text:
        raise UnsendableError("A header or the reason holds the end of a line.")
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise UnsendableError("A header or the reason holds half a character.") from error


async def _relay(
    response: Response, origin: OriginSocket, incoming: web.BaseRequest
) -> web.StreamResponse:
    """MI-001: messages go both ways until either side ends."""
    chosen = (origin.subprotocol,) if origin.subprotocol else ()
    viewer = web.WebSocketResponse(
        protocols=chosen, autoping=False, autoclose=False, max_msg_size=0
    )
    own = (
        "connection",
        "content-length",
        "sec-websocket-accept",
        "sec-websocket-protocol",
        "upgrade",
    )
    viewer.headers.extend(CIMultiDict(response.headers.without(*own).lines))
    try:
        await viewer.prepare(incoming)
        await origin.relay(viewer)
    except web.HTTPException as error:
        raise UnsendableError("The viewer's WebSocket handshake is none.") from error
    finally:
        await origin.aclose()
    return viewer
