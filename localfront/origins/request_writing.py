"""Write a request to an origin's connection, with exactly its header lines.

Framing is chosen for this hop: the framing headers of the request are not sent.

Source: RFC 9112 sections 3 to 7; RFC 9110, 5.5.
"""

from __future__ import annotations

import asyncio
import re

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import StreamWriter

from localfront.http_messages.bodies import Body, pieces
from localfront.http_messages.messages import Request

OF_THIS_HOP = frozenset({"connection", "content-length", "host", "transfer-encoding"})
ONE_PACKET = 64 * 1024  # bytes of a body that are sent together with the head
# Methods without an expected body: none needs no Content-Length (RFC 9110, 8.6).
BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
# Control characters that could end a line; a tab is allowed.
CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def head_of(request: Request, target: str, body: Body, *, authority: str) -> bytes:
    """The request line and header lines; `authority` is the default Host.

    Raises ValueError for a character that would end a line.
    """
    headers = request.headers
    lines = [
        f"{request.method} {target} HTTP/1.1",
        f"Host: {headers.get('host') or authority}",
        *[f"{name}: {value}" for name, value in headers.lines if name.lower() not in OF_THIS_HOP],
        "Connection: Keep-Alive",  # OR-006
    ]
    if body:
        length = length_of(body)
        framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
        lines.append(framing)
    elif request.method not in BODILESS:
        lines.append("Content-Length: 0")
    if CONTROLS.search("".join(lines)):
        raise ValueError("a control character in a header is not sent")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def length_of(body: Body) -> int | None:
    return len(body) if isinstance(body, bytes) else body.length


def write(head: bytes, body: Body, connection: ResponseHandler) -> asyncio.Task[None] | None:
    """Write a request; a body is sent in a task, as the response may come before its end."""
    transport = connection.transport
    if transport is None or transport.is_closing():
        raise aiohttp.ClientConnectionResetError("Cannot write to closing transport")
    if isinstance(body, bytes) and len(body) <= ONE_PACKET:
        transport.write(head + body)
        connection.start_timeout()
        return None
    transport.write(head)
    writer = StreamWriter(connection, asyncio.get_running_loop())
    return asyncio.create_task(_upload(writer, body, connection))


async def _upload(writer: StreamWriter, body: Body, connection: ResponseHandler) -> None:
    """Send the body; if it is incomplete, the pending response fails."""
    if (length := length_of(body)) is None:
        writer.enable_chunking()
    writer.length = length
    try:
        async for piece in pieces(body):
            await writer.write(piece)
        await writer.write_eof()
    except OSError as error:
        connection.set_exception(aiohttp.ClientOSError(*error.args), error)
    except Exception as error:
        broken = aiohttp.ClientConnectionError(f"the request's body broke off: {error!r}")
        connection.set_exception(broken, error)
    else:
        connection.start_timeout()
