"""Parse the custom headers that CloudFront adds to origin requests.

Values are often shared secrets, so no message contains one.

Source: CloudFront Developer Guide, "Add custom headers to origin requests" and "Quotas"
(OR-012..014).
"""

from __future__ import annotations

import re

from localfront.config.fields import Fields
from localfront.errors import ConfigError
from localfront.http_messages.tokens import TOKEN

MAX_HEADERS = 30  # OR-014
MAX_HEADER_NAME = 256
MAX_HEADER_VALUE = 1_783
MAX_HEADERS_LENGTH = 10_240
HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
HEADERS_REFUSED = frozenset(
    {
        "cache-control", "connection", "content-length", "cookie", "host", "if-match",
        "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "max-forwards",
        "pragma", "proxy-authenticate", "proxy-authorization", "proxy-connection", "range",
        "request-range", "te", "trailer", "transfer-encoding", "upgrade", "via", "x-real-ip",
    }
)  # fmt: skip
HEADERS_REFUSED_PREFIXES = ("x-amz-", "x-edge-")  # OR-013


def parse_custom_headers(origin: Fields) -> tuple[tuple[str, str], ...]:
    """The names and values of an origin's CustomHeaders. Raises ConfigError."""
    headers: list[tuple[str, str]] = []
    for header in origin.parts("CustomHeaders"):
        name, value = header.text("HeaderName"), header.values.get("HeaderValue")
        if not isinstance(value, str) or not HEADER_VALUE.fullmatch(value):
            raise ConfigError(
                f"{origin.where}: the value of the custom header {name!r} is missing, not a "
                "string, or not printable ASCII. Write one line of text."
            )
        _check_header_name(header, name)
        headers.append((name, value))
    length = sum(len(name) + len(value) for name, value in headers)
    longest = max((len(value) for _, value in headers), default=0)
    if len(headers) > MAX_HEADERS or longest > MAX_HEADER_VALUE or length > MAX_HEADERS_LENGTH:
        raise origin.wrong(
            "CustomHeaders",
            f"has {len(headers)} headers, {length} characters, the longest value of {longest} "
            "(OR-014)",
            f"CloudFront accepts at most {MAX_HEADERS} headers, {MAX_HEADERS_LENGTH} characters, "
            f"and {MAX_HEADER_VALUE} in a value.",
        )
    return tuple(headers)


def is_refused(name: str) -> bool:
    """Whether the name (in any case) is forbidden for a custom header (OR-013)."""
    lower = name.lower()
    return lower in HEADERS_REFUSED or lower.startswith(HEADERS_REFUSED_PREFIXES)


def _check_header_name(header: Fields, name: str) -> None:
    if is_refused(name):
        raise header.wrong(
            "HeaderName",
            "is a header that CloudFront does not add to origin requests (OR-013)",
            "Use another name.",
        )
    if not TOKEN.fullmatch(name) or len(name) > MAX_HEADER_NAME:
        raise header.wrong(
            "HeaderName",
            "is not a valid header name (OR-014)",
            f"Write a token of at most {MAX_HEADER_NAME} characters.",
        )
