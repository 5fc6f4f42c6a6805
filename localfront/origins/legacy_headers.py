"""The viewer's headers that legacy settings (ForwardedValues) forward.

A policy forwards only what it selects; the older settings forward every header except those of a
table. Headers in ForwardedValues.Headers are always forwarded.

Source: CloudFront Developer Guide, "Request and response behavior for custom origins", table of
HTTP request headers, which holds for S3 origins too (OR-006..010).
"""

from __future__ import annotations

# Rows whose header is removed, replaced, or has its own setting.
HELD_BACK = frozenset(
    {
        "accept", "accept-charset", "accept-encoding", "accept-language", "authorization",
        "connection", "cookie", "expect", "host", "referer", "te", "trailer", "upgrade",
        "user-agent", "x-amz-cf-id", "x-forwarded-proto", "x-http-method-override", "x-real-ip",
    }
)  # fmt: skip
# Rows of CloudFront's own headers, which it does not add; a viewer's are dropped, so that they
# cannot be forged.
HELD_BACK_PREFIXES = ("proxy-", "x-edge-", "cloudfront-")


def is_forwarded_by_default(name: str) -> bool:
    """Whether a header (lower case) is forwarded without being listed.

    Authorization has its own rules, by method (OR-008).
    """
    return name not in HELD_BACK and not name.startswith(HELD_BACK_PREFIXES)
