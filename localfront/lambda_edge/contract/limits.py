"""Limits of Lambda@Edge as tables: forbidden headers, sizes, times.

Source: CloudFront Developer Guide, "Restrictions on edge functions", "Restrictions on
Lambda@Edge", "Generate HTTP responses in request triggers", "Quotas" (text of April 2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

KB = 1024  # bytes
MB = 1024 * KB


class EventType(StrEnum):
    """The four events (LE-004)."""

    VIEWER_REQUEST = "viewer-request"
    ORIGIN_REQUEST = "origin-request"
    ORIGIN_RESPONSE = "origin-response"
    VIEWER_RESPONSE = "viewer-response"


# LH-001, in the order of the page. Hidden from functions, which may not add them.
DISALLOWED_HEADERS = frozenset(
    {
        "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "proxy-connection", "trailer", "upgrade", "x-accel-buffering", "x-accel-charset",
        "x-accel-limit-rate", "x-accel-redirect", "x-amzn-auth", "x-amzn-cf-billing",
        "x-amzn-cf-id", "x-amzn-cf-xff", "x-amzn-errortype", "x-amzn-fle-profile",
        "x-amzn-header-count", "x-amzn-header-order", "x-amzn-lambda-integration-tag",
        "x-amzn-requestid", "x-cache", "x-forwarded-proto", "x-real-ip",
    }
)  # fmt: skip

# LH-002: the names of the page that end in `*`.
DISALLOWED_PREFIXES = ("x-amz-cf-", "x-edge-")

# LH-004 to LH-007. CDN-Loop is in the 2026 text only (table D.1 row 9).
READ_ONLY_HEADERS: Mapping[EventType, frozenset[str]] = {
    EventType.VIEWER_REQUEST: frozenset(
        {"cdn-loop", "content-length", "host", "transfer-encoding", "via"}
    ),
    EventType.ORIGIN_REQUEST: frozenset(
        {
            "accept-encoding", "cdn-loop", "content-length", "if-modified-since",
            "if-none-match", "if-range", "if-unmodified-since", "transfer-encoding", "via",
        }
    ),
    EventType.ORIGIN_RESPONSE: frozenset({"transfer-encoding", "via"}),
    EventType.VIEWER_RESPONSE: frozenset(
        {"content-encoding", "content-length", "transfer-encoding", "via", "warning"}
    ),
}  # fmt: skip

# LE-023: CloudFront adds it after viewer-request, so adding it there fails.
NOT_ADDED_AT_VIEWER_REQUEST = frozenset({"cloudfront-viewer-country"})

# LR-007: headers and body of a generated response, together.
MAX_GENERATED_RESPONSE_BYTES: Mapping[EventType, int] = {
    EventType.VIEWER_REQUEST: 40 * KB,
    EventType.ORIGIN_REQUEST: 1 * MB,
    EventType.ORIGIN_RESPONSE: 1 * MB,
    EventType.VIEWER_RESPONSE: 40 * KB,
}

# LE-026: a request's body in events; LE-029: a replacement in plain text.
MAX_BODY_BYTES: Mapping[EventType, int] = {
    EventType.VIEWER_REQUEST: 40 * KB,
    EventType.ORIGIN_REQUEST: 1 * MB,
}
# LE-029: a replacement in base64. The page's own numbers, a little below 4/3 of those above.
MAX_REPLACEMENT_BASE64_BYTES: Mapping[EventType, int] = {
    EventType.VIEWER_REQUEST: int(53.2 * KB),
    EventType.ORIGIN_REQUEST: int(1.33 * MB),
}
# LE-030: methods whose body is included in events on request.
WRITABLE_METHODS = frozenset({"DELETE", "PATCH", "POST", "PUT"})

MAX_URI_AND_QUERYSTRING_CHARACTERS = 8192  # LR-016: it must stay below
MAX_TIMEOUT = 30  # seconds (LA-017; table D.1 row 1)
MAX_ZIP_BYTES = 50 * MB  # LA-018
MAX_MEMORY_MB = 10_240  # LA-019
MAX_EPHEMERAL_STORAGE_MB = 512  # LA-008

# Lambda's own quotas ("Lambda quotas" in its Developer Guide).
MAX_UNZIPPED_BYTES = 250 * MB
MAX_PAYLOAD_BYTES = 6 * MB + 100  # AWS's message gives 6291556


def is_disallowed(name: str) -> bool:
    """Whether the header is hidden from functions, which may not add it (LH-001, LH-002)."""
    lower = name.lower()
    return lower in DISALLOWED_HEADERS or lower.startswith(DISALLOWED_PREFIXES)
