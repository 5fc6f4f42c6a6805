"""Malformed requests: why each is refused, and what can be logged about it.

Sources: RFC 9112, sections 2.3, 3.2 and 6.1; RFC 9110, sections 15.5.9, 15.5.14 and 15.6.6;
CloudFront Developer Guide, "HTTP 400 status code (Bad Request)", "Quotas" (VP-009 to VP-012, VP-014
to VP-016, HO-014).
"""

from __future__ import annotations

import re

from aiohttp.http_exceptions import HttpProcessingError, LineTooLong

from localfront.access.viewer_rules import MAX_URL_BYTES
from localfront.errors import LocalfrontError
from localfront.exchange.refusal import Refusal
from localfront.exchange.request_trace import printable
from localfront.http_messages.messages import Headers, Request
from localfront.http_messages.request_target import is_host, read_target

# Kept of an incomplete head: the longest URL, and enough to see that it is too long.
KEPT_HEAD_BYTES = MAX_URL_BYTES + 64
SERVED_VERSIONS = frozenset({"1.0", "1.1"})
QUOTED = 120  # characters quoted of the request
# Of a complete head; the parser limits single lines.
MAX_HEAD_BYTES = 2 * 1024 * 1024
MAX_BODY_BYTES = 64 * 1024**3  # VP-011
FRAMING = frozenset({"content-length", "transfer-encoding"})

_METHOD = re.compile(r"[A-Z]{1,20}")
_VERSION = re.compile(r"HTTP/(\d)(?:\.(\d))?")
_TOO_MANY = "Too many headers"  # aiohttp has no exception type for it


class HeadTooLongError(LocalfrontError):
    """The head exceeds all limits."""


class AnotherProtocolError(LocalfrontError):
    """The request line is of another protocol that resembles HTTP, such as RTSP."""


def may_be_another_protocol(wire: bytes | bytearray) -> bool:
    return b" RTSP/" in wire or b" ICE/" in wire


def another_protocol(method: str, path: str, wire: bytes | bytearray) -> str | None:
    """The protocol, such as "RTSP/1.0", of a request that the parser accepted as HTTP.

    The parser reports neither the protocol nor where in `wire` a request begins.
    """
    line = f"{method} {path}".encode("utf-8", "surrogateescape")
    found = re.search(re.escape(line) + rb" +((?:RTSP|ICE)/[0-9.]{1,8})[\r\n]", wire)
    return found[1].decode() if found else None


def check_request(request: Request) -> Refusal | None:
    """Refuse a request without a usable version, target or Host."""
    if request.http_version not in SERVED_VERSIONS:
        return _version_refused(request.http_version)
    if request.headers.has_any(FRAMING) and (refusal := _check_framing(request)):
        return refusal
    return request.headers.once(_check_host)


def _check_host(headers: Headers) -> Refusal | None:
    host = headers.get("host")
    # HTTP/1.0 has no Host; the parser refuses HTTP/1.1 without one or with two.
    if host is None or is_host(host):
        return None
    quoted = printable(host, limit=QUOTED)
    return Refusal.closing(
        400, "HO-014", f"The host {quoted!r} is neither a name nor an address with a port."
    )


def _check_framing(request: Request) -> Refusal | None:
    """Refuse ambiguous framing that the parser accepts.

    It reads the largest Content-Length that it can represent as none, so that the body would be
    parsed as the next request.
    """
    length = request.headers.get("content-length")
    if length is not None and int(length) > MAX_BODY_BYTES:
        return Refusal.closing(
            413, "VP-011", "The request's body is longer than the 64 GB that CloudFront accepts."
        )
    coding = request.headers.get("transfer-encoding")
    if coding is None:
        return None
    if request.http_version == "1.0":
        return upload_malformed()
    if coding.strip(" \t").lower() == "chunked":
        return None
    quoted = printable(coding, limit=QUOTED)
    return Refusal.closing(
        501, "VP-016", f"The transfer coding {quoted!r} is not supported; only `chunked` is."
    )


def refusal_of(error: BaseException, request: Request, head: bytes) -> Refusal:
    """The refusal for a parser's error; `request` is the part of `head` that could be parsed."""
    text = error.message if isinstance(error, HttpProcessingError) else ""
    if isinstance(error, LineTooLong):
        return _too_long(head)
    if isinstance(error, AnotherProtocolError):
        return _protocol_refused(str(error))
    if isinstance(error, HeadTooLongError):
        return _head_refused("The request's head is far over CloudFront's limit.")
    if text.startswith(_TOO_MANY):
        return _head_refused("The request has more header lines than localfront reads.")
    if head and request.http_version.partition(".")[0] != "1":
        return _version_refused(request.http_version)
    reason = printable(text.partition("\n")[0].rstrip(": "), limit=QUOTED)
    return Refusal.closing(
        400, "VP-012", f"The request can't be read: {reason or type(error).__name__}."
    )


def head_overdue(seconds: float) -> Refusal:
    return Refusal.closing(408, "VP-014", f"The request's head was incomplete after {seconds:g} s.")


def upload_overdue(seconds: float) -> Refusal:
    return Refusal.closing(
        408, "VP-014", f"The request's body stalled: no bytes arrived for {seconds:g} s."
    )


def upload_malformed() -> Refusal:
    return Refusal.closing(400, "VP-012", "The request's body is not framed as its head declares.")


def salvaged(head: bytes) -> Request:
    """Parse what can be parsed of a malformed head, for logs only."""
    text = head[:KEPT_HEAD_BYTES].decode("latin-1")
    first, *lines = text.split("\r\n\r\n")[0].split("\r\n")
    words = first.split(" ")
    method = words[0] if _METHOD.fullmatch(words[0]) else "-"
    raw = words[1] if method != "-" and len(words) > 1 else "/"
    target = read_target(raw)
    split = (line.partition(":") for line in lines)
    headers = Headers.of((n, v.strip(" \t")) for n, colon, v in split if colon and n)
    if target.authority is not None:
        headers = headers.replacing("Host", target.authority)
    version = _VERSION.fullmatch(words[-1])
    return Request(
        method=method,
        uri=target.path,
        querystring=target.querystring,
        headers=headers,
        http_version=f"{version[1]}.{version[2] or 0}" if version else "1.1",
    )


def _version_refused(version: str) -> Refusal:
    return _protocol_refused(f"HTTP/{version}")


def _protocol_refused(protocol: str) -> Refusal:
    return Refusal.closing(
        505,
        "VP-015",
        f"{protocol} is not supported in a request line: use HTTP/1.0 or HTTP/1.1.",
    )


def _too_long(head: bytes) -> Refusal:
    if b"\r\n" in head[:MAX_URL_BYTES]:
        return _head_refused("A header line is far over CloudFront's limit.")
    return Refusal.closing(
        414,
        "VP-009",
        f"The URL is far longer than the {MAX_URL_BYTES} bytes that CloudFront accepts.",
    )


def _head_refused(message: str) -> Refusal:
    return Refusal.closing(494, "VP-010", message)
