"""Response headers policies, applied to a response.

Source: CloudFront Developer Guide, "Understand response headers policies" (RH-001..006).
`headers_policy_parsing.py` reads a policy; `server_timing.py` adds Server-Timing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from localfront.cache.vary import varies_by
from localfront.config.policies import CorsPolicy, ResponseHeadersPolicy
from localfront.http_messages.messages import Headers, Request, Response

Lines = list[tuple[str, str]]


def apply_policy(
    policy: ResponseHeadersPolicy | None, request: Request, response: Response
) -> Response:
    """The response with the policy's headers removed, then added (RH-001..005)."""
    if policy is None:
        return response
    if policy.cors is None or "origin" not in request.headers:
        return response.with_headers(response.headers.once(policy.applied))
    dropped = policy.dropped
    lines = [line for line in response.headers.lines if line[0].lower() not in dropped]
    lines = _with_cors(policy.cors, request, lines)
    return response.with_headers(Headers(tuple(policy.completed(lines))))


def _with_cors(cors: CorsPolicy, request: Request, lines: Lines) -> Lines:
    """Add CORS headers, unless the origin sent any and the policy does not override (RH-002)."""
    origin = request.headers.get("origin")
    if origin is None or not any(allows_origin(p, origin) for p in cors.allow_origins):
        return lines
    if not cors.override and any(name.lower().startswith("access-control-") for name, _ in lines):
        return lines
    added = _cors_headers(cors, request, origin)
    replaced = {name.lower() for name, _ in added}
    lines = [line for line in lines if line[0].lower() not in replaced]
    if added[0][1] != "*" and "origin" not in varies_by(Headers(tuple(lines))):
        added.append(("Vary", "Origin"))  # in addition to the origin's Vary
    return lines + added


def _cors_headers(cors: CorsPolicy, request: Request, origin: str) -> Lines:
    """The CORS headers; the last three are for preflights (RH-005)."""
    any_origin = "*" in cors.allow_origins and not cors.allow_credentials
    found = [("Access-Control-Allow-Origin", "*" if any_origin else origin)]
    if cors.allow_credentials:
        found.append(("Access-Control-Allow-Credentials", "true"))
    if cors.expose_headers:
        found.append(("Access-Control-Expose-Headers", ", ".join(cors.expose_headers)))
    if request.method != "OPTIONS" or "access-control-request-method" not in request.headers:
        return found
    found.append(("Access-Control-Allow-Methods", ", ".join(cors.allow_methods)))
    if cors.allow_headers:
        found.append(("Access-Control-Allow-Headers", ", ".join(cors.allow_headers)))
    if cors.max_age is not None:
        found.append(("Access-Control-Max-Age", str(cors.max_age)))
    return found


def allows_origin(pattern: str, origin: str) -> bool:
    """Whether an Allow-Origin pattern covers an Origin header's value (RH-006).

    A pattern without a scheme covers both http and https.
    """
    return pattern == "*" or _compiled(pattern).fullmatch(origin) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    scheme, _, rest = pattern.rpartition("://")
    wanted_scheme = re.escape(scheme) if scheme else "https?"
    host, colon, port = rest.partition(":")
    # `*` does not extend beyond its part of the origin.
    body = re.escape(host).replace(r"\*", "[^/:]*")
    body += colon + re.escape(port).replace(r"\*", "[0-9]*")
    return re.compile(f"{wanted_scheme}://{body}", re.IGNORECASE)
