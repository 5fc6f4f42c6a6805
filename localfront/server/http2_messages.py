"""Convert HTTP/2 field lines to a request, and a response to field lines.

Sources: RFC 9113, 8.2 (field names in lower case, cookies split and joined, no connection-specific
fields), 8.3.1 (pseudo-header fields; `:authority` is the host); CloudFront Developer Guide, "Supported
HTTP versions" (VP-017).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from localfront.exchange.refusal import Refusal
from localfront.exchange.request_trace import printable
from localfront.http_messages.messages import Headers, Request, Response
from localfront.http_messages.request_target import is_host, read_target
from localfront.http_messages.tokens import TOKEN
from localfront.server.http_writing import BODILESS, UnsendableError
from localfront.server.malformed_requests import MAX_BODY_BYTES, QUOTED

Lines = list[tuple[bytes, bytes]]
VERSION = "2.0"
# RFC 9113, 8.2.2; Content-Length is set from the body.
NOT_OF_A_STREAM = frozenset(
    {
        "connection", "content-length", "keep-alive", "proxy-connection", "transfer-encoding",
        "upgrade",
    }
)  # fmt: skip
MISDIRECTED = 421
# RFC 9113, 8.3.1: a path that also fits into a request line of HTTP/1.1; `*` only with OPTIONS.
PATH = re.compile(rb"/[^\x00-\x20\x7f]*")
LENGTH = re.compile(rb"[0-9]{1,4000}")  # the largest that Python parses safely


def read_http2_request(
    fields: Iterable[tuple[bytes, bytes]], *, client: tuple[str, int], tls: str
) -> Request:
    """The request as functions see it: names in lower case, one `cookie` line, `host` first."""
    lines = [
        (name.decode("latin-1"), value.decode("utf-8", "surrogateescape")) for name, value in fields
    ]
    pseudo = {name: value for name, value in lines if name.startswith(":")}
    plain = [(name, value) for name, value in lines if not name.startswith(":")]
    host = pseudo.get(":authority") or next((v for n, v in plain if n == "host"), "")
    cookies = "; ".join(value for name, value in plain if name == "cookie")
    rest = [(name, value) for name, value in plain if name not in ("host", "cookie")]
    target = read_target(pseudo.get(":path", "/"))
    return Request(
        method=pseudo.get(":method", "-"),
        uri=target.path,
        querystring=target.querystring,
        headers=Headers.of([("host", host), *rest, *([("cookie", cookies)] if cookies else [])]),
        client_ip=client[0],
        client_port=client[1],
        scheme="https",
        tls=tls,
        http_version=VERSION,
    )


def check_http2_request(request: Request, fields: Iterable[tuple[bytes, bytes]]) -> Refusal | None:
    """Refuse what h2 accepts: no host or two, CONNECT, several lengths, a huge body."""
    sent = [(name, value) for name, value in fields if name in (b":authority", b"host")]
    host = request.headers.get("host") or ""
    if not is_host(host) or len({value.lower() for _, value in sent}) > 1:
        quoted = printable(host, limit=QUOTED)
        return Refusal(
            status=400,
            rule="HO-014",
            message=(
                f"The host {quoted!r} is neither a name nor an address with a port, or not "
                "the only one."
            ),
        )
    if not _has_start(dict(fields)):
        return Refusal(
            status=400, rule="VP-012", message="The method or the path is invalid: RFC 9113, 8.3.1."
        )
    if request.method == "CONNECT":
        return Refusal(status=400, rule="VP-012", message="CONNECT is not supported.")
    lengths = [value for name, value in fields if name == b"content-length"]
    if len(lengths) > 1 or not all(LENGTH.fullmatch(length) for length in lengths):
        return Refusal(
            status=400,
            rule="VP-019",
            message="Its Content-Length is repeated or invalid: RFC 9113, 8.1.1.",
        )
    if lengths and int(lengths[0]) > MAX_BODY_BYTES:
        return Refusal(
            status=413,
            rule="VP-011",
            message="The request's body is longer than the 64 GB that CloudFront accepts.",
        )
    return None


def _has_start(fields: dict[bytes, bytes]) -> bool:
    """Whether method and path fit into a request line of HTTP/1.1. CONNECT has no path."""
    method, path = fields.get(b":method", b""), fields.get(b":path", b"")
    if not TOKEN.fullmatch(method.decode("latin-1")):
        return False
    whole = method == b"OPTIONS" and path == b"*"
    return method == b"CONNECT" or whole or PATH.fullmatch(path) is not None


def misdirected(request: Request) -> Refusal:
    """The 421 for a host that is not served over HTTP/2 (RFC 9110, 15.5.20)."""
    host = printable(request.headers.get("host") or "", limit=QUOTED)
    return Refusal(
        status=MISDIRECTED,
        rule="HO-011",
        message=f"The distribution of {host!r} does not support HTTP/2: see its HttpVersion.",
    )


def response_lines(response: Response, *, method: str) -> tuple[Lines, bool]:
    """A response's field lines, and whether a body follows. Raises UnsendableError."""
    has_body = method != "HEAD" and response.status not in BODILESS
    lines = [(b":status", str(response.status).encode())]
    lines += [
        (_name(name), _value(value))
        for name, value in response.headers
        if name.lower() not in NOT_OF_A_STREAM
    ]
    length = len(response.body) if isinstance(response.body, bytes) else response.body.length
    if not has_body and not length:  # a response to HEAD has the length of the GET's
        declared = response.headers.get("content-length")
        length = int(declared) if declared and declared.isdecimal() else length
    if length is not None and response.status not in BODILESS:
        lines.append((b"content-length", str(length).encode()))
    return lines, has_body and response.body != b""


def _name(name: str) -> bytes:
    if not TOKEN.fullmatch(name):
        raise UnsendableError(f"{printable(name, limit=QUOTED)!r} is not a header name.")
    return name.lower().encode("ascii")


def _value(value: str) -> bytes:
    if not {"\r", "\n", "\0"}.isdisjoint(value):
        raise UnsendableError("A header contains a line break.")
    try:
        return value.strip(" \t").encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise UnsendableError("A header contains a lone surrogate.") from error
