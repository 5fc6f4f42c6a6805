"""Response headers policies: parse one, and apply it to a response.

Sources: CloudFront API Reference, ResponseHeadersPolicyConfig; Developer Guide, "Understand
response headers policies" (RH-001..009). Not emulated: Server-Timing (RH-010).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from localfront.config.policies import (
    CorsPolicy,
    PolicyHeader,
    ResponseHeadersPolicy,
    items,
)
from localfront.errors import ConfigError
from localfront.messages import Headers, Request, Response

ALL_METHODS = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS")  # RH-007


def parse_response_headers_policy(
    policy_id: str, config: Mapping[str, Any]
) -> ResponseHeadersPolicy:
    """Read a ResponseHeadersPolicyConfig as the CloudFront API returns it."""
    timing = config.get("ServerTimingHeadersConfig") or {}
    if timing.get("Enabled"):
        raise ConfigError(
            f"Response headers policy {policy_id}: ServerTimingHeadersConfig.Enabled is true, and "
            "localfront does not send Server-Timing yet. Switch it off to serve locally."
        )
    custom = items(config.get("CustomHeadersConfig"))
    removed = items(config.get("RemoveHeadersConfig"))
    return ResponseHeadersPolicy(
        id=policy_id,
        set_headers=(
            *_security_headers(config.get("SecurityHeadersConfig") or {}),
            *(
                PolicyHeader(
                    name=h["Header"], value=h["Value"], override=bool(h["Override"])
                )
                for h in custom
            ),
        ),
        remove=frozenset(header["Header"].lower() for header in removed),
        cors=_cors(config.get("CorsConfig") or {}),
    )


def _security_headers(config: Mapping[str, Any]) -> list[PolicyHeader]:
    """RH-008. A part without its value is an empty block read back, not a header."""
    found: list[PolicyHeader] = []

    def add(part: Mapping[str, Any] | None, name: str, value: str | None) -> None:
        if part and value:
            found.append(
                PolicyHeader(name=name, value=value, override=bool(part["Override"]))
            )

    xss = config.get("XSSProtection")
    add(xss, "X-XSS-Protection", _xss_protection(xss or {}))
    frame = config.get("FrameOptions")
    add(frame, "X-Frame-Options", (frame or {}).get("FrameOption"))
    referrer = config.get("ReferrerPolicy")
    add(referrer, "Referrer-Policy", (referrer or {}).get("ReferrerPolicy"))
    csp = config.get("ContentSecurityPolicy")
    add(csp, "Content-Security-Policy", (csp or {}).get("ContentSecurityPolicy"))
    add(config.get("ContentTypeOptions"), "X-Content-Type-Options", "nosniff")
    hsts = config.get("StrictTransportSecurity")
    add(hsts, "Strict-Transport-Security", _hsts(hsts or {}))
    return found


def _hsts(part: Mapping[str, Any]) -> str | None:
    if "AccessControlMaxAgeSec" not in part:
        return None
    value = f"max-age={part['AccessControlMaxAgeSec']}"
    if part.get("IncludeSubdomains"):
        value += "; includeSubDomains"
    return value + "; preload" if part.get("Preload") else value


def _xss_protection(part: Mapping[str, Any]) -> str | None:
    if "Protection" not in part:
        return None
    if not part["Protection"]:
        return "0"
    if part.get("ModeBlock"):
        return "1; mode=block"
    return f"1; report={part['ReportUri']}" if part.get("ReportUri") else "1"


def _cors(config: Mapping[str, Any]) -> CorsPolicy | None:
    origins = tuple(items(config.get("AccessControlAllowOrigins")))
    if not origins:
        return None
    methods = tuple(items(config.get("AccessControlAllowMethods")))
    return CorsPolicy(
        allow_origins=origins,
        allow_methods=ALL_METHODS if "ALL" in methods else methods,
        allow_headers=tuple(items(config.get("AccessControlAllowHeaders"))),
        expose_headers=tuple(items(config.get("AccessControlExposeHeaders"))),
        allow_credentials=bool(config.get("AccessControlAllowCredentials", False)),
        max_age=config.get("AccessControlMaxAgeSec"),
        override=bool(config.get("OriginOverride", False)),
    )


def apply_policy(
    policy: ResponseHeadersPolicy | None, request: Request, response: Response
) -> Response:
    """The response with the policy's headers removed, then added (RH-001..005)."""
    if policy is None:
        return response
    headers = response.headers.without(*policy.remove)
    if policy.cors is not None:
        headers = _apply_cors(policy.cors, request, headers)
    for header in policy.set_headers:
        if header.override or header.name not in headers:
            headers = headers.replacing(header.name, header.value)
    return response.with_headers(headers)


def _apply_cors(cors: CorsPolicy, request: Request, headers: Headers) -> Headers:
    """RH-002: unless it overrides, any CORS header of the origin keeps all of the policy's out."""
    origin = request.headers.get("origin")
    if origin is None or not any(allows_origin(p, origin) for p in cors.allow_origins):
        return headers
    present = [name for name in headers.names() if name.startswith("access-control-")]
    if present and not cors.override:
        return headers
    for name, value in _cors_headers(cors, request, origin):
        headers = headers.replacing(name, value)
    if headers.get("access-control-allow-origin") != "*":
        headers = headers.adding("Vary", "Origin")  # beside what the origin varies by
    return headers


def _cors_headers(
    cors: CorsPolicy, request: Request, origin: str
) -> list[tuple[str, str]]:
    any_origin = "*" in cors.allow_origins and not cors.allow_credentials
    found = [("Access-Control-Allow-Origin", "*" if any_origin else origin)]
    if cors.allow_credentials:
        found.append(("Access-Control-Allow-Credentials", "true"))
    if cors.expose_headers:
        found.append(("Access-Control-Expose-Headers", ", ".join(cors.expose_headers)))
    preflight = (
        request.method == "OPTIONS"
        and "access-control-request-method" in request.headers
    )
    if preflight:  # RH-005
        found.append(("Access-Control-Allow-Methods", ", ".join(cors.allow_methods)))
        if cors.allow_headers:
            found.append(
                ("Access-Control-Allow-Headers", ", ".join(cors.allow_headers))
            )
        if cors.max_age is not None:
            found.append(("Access-Control-Max-Age", str(cors.max_age)))
    return found


def allows_origin(pattern: str, origin: str) -> bool:
    """Whether an Allow-Origin pattern covers an Origin header's value (RH-006).

    A pattern without a scheme covers both http and https.
    """
    if pattern == "*":
        return True
    scheme, _, rest = pattern.rpartition("://")
    wanted_scheme = re.escape(scheme) if scheme else "https?"
    host, colon, port = rest.partition(":")
    # A star reaches no further than its part of the origin.
    body = re.escape(host).replace(r"\*", "[^/:]*")
    body += colon + re.escape(port).replace(r"\*", "[0-9]*")
    return re.fullmatch(f"{wanted_scheme}://{body}", origin, re.IGNORECASE) is not None
