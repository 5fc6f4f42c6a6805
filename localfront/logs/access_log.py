"""Access log lines in the standard format, version 1.0.

Source: CloudFront Developer Guide, "Standard logging reference" and "Configure standard logging
(legacy)", log file format (LG-001..004, RV-003, ER-021). `access_log_files` writes the lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

from localfront.exchange.result_types import (
    detailed_result_type,
    response_result_type,
    result_type,
)
from localfront.http_messages.messages import Request, Response
from localfront.responses.viewer_responses import POP

MAX_LOGGED_URL_BYTES = 8192
MAX_LOGGED_HEADER_BYTES = 20 * 1024

FIELDS = (
    "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) "
    "cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header "
    "cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher "
    "x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port "
    "time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len "
    "sc-range-start sc-range-end"
)
HEAD = f"#Version: 1.0\n#Fields: {FIELDS}\n"

# Each byte's form in a field: no control characters, spaces or bytes beyond ASCII.
ENCODED = [
    f"%{byte:02X}" if byte <= 32 or byte >= 127 or chr(byte) in "<>\"#%{}|\\^~[]`'" else chr(byte)
    for byte in range(256)
]
UNENCODED = re.compile(r"[!$&()*+,\-./0-9:;=?@A-Z_a-z]*", re.ASCII)
RANGE = re.compile(r"bytes (\d+)-(\d+)/", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A request with its outcome. Times in seconds, sizes in bytes including headers.

    `request` is the viewer's, before any function; `response` the one sent. `x_cache` is the value
    of X-Cache. `aborted`: the viewer disconnected before the response, or before its end. `detail`
    is the kind of error, as `Trace.detail`. Cookies are logged if the distribution has
    Logging.IncludeCookies.
    """

    distribution_id: str
    distribution_domain_name: str
    request: Request
    request_id: str
    response: Response
    x_cache: str
    finished_at: float  # Unix seconds
    seconds: float
    seconds_to_first_byte: float
    bytes_received: int
    bytes_sent: int
    aborted: Literal["", "before the response", "during the response"] = ""
    detail: str = ""
    include_cookies: bool = False


def is_logged(request: Request) -> bool:
    """Whether CloudFront logs the request: not if it exceeds size limits (LG-004)."""
    return _size(request.target) <= MAX_LOGGED_URL_BYTES and (
        sum(_size(name) + _size(value) + 4 for name, value in request.headers)
        <= MAX_LOGGED_HEADER_BYTES
    )


def _size(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text.encode("utf-8", "surrogateescape"))


def log_line(logged: Logged) -> str:
    """The 33 fields, separated by tabs, without a line break (LG-003)."""
    return "\t".join(_encoded(value) for value in _values(logged))


def _values(logged: Logged) -> tuple[str, ...]:
    request, response = logged.request, logged.response
    in_request, sent = request.headers.get, response.headers.get
    moment = datetime.fromtimestamp(logged.finished_at, UTC).isoformat()
    unanswered = logged.aborted == "before the response"
    tls_version, _, cipher = request.tls.partition(":")
    first, last = _range(sent("content-range"))
    return (
        moment[:10],
        moment[11:19],
        POP,
        str(logged.bytes_sent),
        request.client_ip,
        request.method,
        logged.distribution_domain_name,
        request.uri,
        "000" if unanswered else str(response.status),
        in_request("referer") or "",
        in_request("user-agent") or "",
        request.querystring,
        "; ".join(request.headers.get_all("cookie")) if logged.include_cookies else "",
        result_type(logged.x_cache, aborted=bool(logged.aborted)),
        logged.request_id,
        in_request("host") or "",
        request.scheme,
        str(logged.bytes_received),
        f"{logged.seconds:.3f}",
        ", ".join(request.headers.get_all("x-forwarded-for")),
        tls_version,
        cipher,
        response_result_type(logged.x_cache, unanswered=unanswered),
        f"HTTP/{request.http_version}",
        "",  # field-level encryption is not emulated
        "",
        str(request.client_port or ""),
        f"{logged.seconds_to_first_byte:.3f}",
        detailed_result_type(logged.x_cache, aborted=bool(logged.aborted), detail=logged.detail),
        sent("content-type") or "",
        sent("content-length") or "",
        first,
        last,
    )


def _range(content_range: str | None) -> tuple[str, str]:
    found = RANGE.match(content_range or "")
    return (found[1], found[2]) if found else ("", "")


@lru_cache(maxsize=512)
def _encoded(value: str) -> str:
    """A field, URL-encoded as on AWS's page; a hyphen if empty. Cached, as values repeat."""
    if UNENCODED.fullmatch(value):
        return value or "-"
    try:
        data = value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate, from a function's JSON
        data = value.encode("utf-8", "backslashreplace")
    return "".join([ENCODED[byte] for byte in data])
