"""Which of a viewer's headers go to the origin under legacy settings (ForwardedValues).

A policy forwards what it selects and nothing more; the older settings forward every header but
those of a table. What is listed in ForwardedValues.Headers goes on in any case.

Source: CloudFront Developer Guide, "Request and response behavior for custom origins", table of
HTTP request headers, which holds for S3 origins too (OR-006..010).
"""

from __future__ import annotations

# The rows whose header is removed, replaced, or has a setting of its own.
HELD_BACK = frozenset(
    {
        "accept", "accept-charset", "accept-encoding", "accept-language", "authorization",
        "connection", "cookie", "expect", "host", "referer", "te", "trailer", "upgrade",
        "user-agent", "x-amz-cf-id", "x-forwarded-proto", "x-http-method-override", "x-real-ip",
    }
)  # fmt: skip
# The rows of CloudFront's own headers say that it does not add them; a viewer's are dropped with
# them, so that nobody can make them up.
HELD_BACK_PREFIXES = ("proxy-", "x-edge-", "cloudfront-")


def goes_on_by_default(name: str) -> bool:
    """Whether a header (lower case) goes on without being listed. Authorization has rules of its
    own, by method (OR-008).
    """
    return name not in HELD_BACK and not name.startswith(HELD_BACK_PREFIXES)
