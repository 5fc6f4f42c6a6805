"""The Vary header: the names in it, and those that CloudFront passes to viewers.

Source: CloudFront Developer Guide, "Request and response behavior for custom origins": content
negotiation, headers that CloudFront removes or replaces (RV-009, CA-022).
"""

from __future__ import annotations

from localfront.config.distribution import CacheBehavior
from localfront.http_messages.messages import Headers, Response

ALWAYS_KEPT = frozenset({"accept-encoding", "cookie"})
DEVICE_HEADERS = frozenset(
    f"cloudfront-is-{kind}-viewer" for kind in ("desktop", "mobile", "smarttv", "tablet")
)


def varies_by(headers: Headers) -> frozenset[str]:
    """The names in all Vary lines, in lower case; `*` stands for itself."""
    return frozenset(name for line in headers.get_all("vary") for name in _names(line) if name)


def varies_by_everything(response: Response) -> bool:
    """Whether Vary is `*` (CA-022).

    With a minimum TTL of 0 such a response is stored, yet every request goes to the origin, without
    validators.
    """
    return "*" in varies_by(response.headers)


def with_kept_vary(response: Response, behavior: CacheBehavior) -> Response:
    """The response, its Vary reduced to headers that the behavior forwards (RV-009).

    `*` has a meaning for CloudFront only with a minimum TTL of 0, and is removed otherwise.
    """
    lines = response.headers.get_all("vary")
    if not lines:
        return response
    filtered = [
        ", ".join(name.strip() for name in line.split(",") if _is_kept(name, behavior))
        for line in lines
    ]
    headers = response.headers.without("Vary")
    for line in filter(None, filtered):
        headers = headers.adding("Vary", line)
    return response.with_headers(headers)


def _is_kept(text: str, behavior: CacheBehavior) -> bool:
    name = text.strip().lower()
    if name == "*":
        return behavior.cache_policy.min_ttl == 0
    if name in ALWAYS_KEPT or _forwards(name, behavior):
        return bool(name)
    return name == "user-agent" and any(_forwards(d, behavior) for d in DEVICE_HEADERS)


def _forwards(name: str, behavior: CacheBehavior) -> bool:
    """Whether a header is forwarded. CloudFront's own are only where a policy lists them."""
    extra = behavior.origin_request_policy
    if name.startswith("cloudfront-"):
        return name in behavior.cache_policy.headers.names or (
            extra is not None and name in extra.cloudfront_headers
        )
    return behavior.cache_policy.headers.takes(name) or (
        extra is not None and extra.headers.takes(name)
    )


def _names(line: str) -> list[str]:
    return [name.strip().lower() for name in line.split(",")]
