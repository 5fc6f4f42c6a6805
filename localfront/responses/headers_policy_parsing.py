"""CloudFront's ResponseHeadersPolicyConfig → `policies.ResponseHeadersPolicy`.

Sources: CloudFront API Reference, ResponseHeadersPolicyConfig; Developer Guide, "Understand
response headers policies" (RH-006..010). What the API of AWS would refuse is refused here, because
emulators take it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localfront.config.policies import (
    CorsPolicy,
    PolicyHeader,
    ResponseHeadersPolicy,
    items,
)
from localfront.errors import ConfigError

ALL_METHODS = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS")  # RH-007
MAX_CSP_CHARACTERS = 1783  # RH-008

# RH-009, in the order of the page.
NOT_REMOVABLE = frozenset(
    {
        "connection", "content-encoding", "content-length", "expect", "host", "keep-alive",
        "proxy-authenticate", "proxy-authorization", "proxy-connection", "trailer",
        "transfer-encoding", "upgrade", "via", "warning", "x-accel-buffering", "x-accel-charset",
        "x-accel-limit-rate", "x-accel-redirect", "x-amzn-auth", "x-amzn-cf-billing",
        "x-amzn-cf-id", "x-amzn-cf-xff", "x-amzn-errortype", "x-amzn-fle-profile",
        "x-amzn-header-count", "x-amzn-header-order", "x-amzn-lambda-integration-tag",
        "x-amzn-requestid", "x-cache", "x-forwarded-proto", "x-real-ip",
    }
)  # fmt: skip
NOT_REMOVABLE_PREFIXES = ("x-amz-cf-", "x-edge-")


def parse_response_headers_policy(
    policy_id: str, config: Mapping[str, Any]
) -> ResponseHeadersPolicy:
    """Read a ResponseHeadersPolicyConfig as the CloudFront API returns it.

    Raises ConfigError naming the policy and the field.
    """
    try:
        return ResponseHeadersPolicy(
            id=policy_id,
            set_headers=(
                *_security_headers(config.get("SecurityHeadersConfig") or {}),
                *_custom_headers(config),
            ),
            remove=_removed_headers(config),
            cors=_cors(config.get("CorsConfig") or {}),
            server_timing=_server_timing(config.get("ServerTimingHeadersConfig") or {}),
        )
    except ConfigError as error:
        raise ConfigError(f"Response headers policy {policy_id}: {error}") from error


def _custom_headers(config: Mapping[str, Any]) -> list[PolicyHeader]:
    return [
        PolicyHeader(
            name=header["Header"],
            value=header.get("Value") or "",
            override=bool(header["Override"]),
        )
        for header in items(config.get("CustomHeadersConfig"))
    ]


def _removed_headers(config: Mapping[str, Any]) -> frozenset[str]:
    removed = items(config.get("RemoveHeadersConfig"))
    names = frozenset(header["Header"].lower() for header in removed)
    for name in sorted(names):
        if name in NOT_REMOVABLE or name.startswith(NOT_REMOVABLE_PREFIXES):
            raise ConfigError(
                f"RemoveHeadersConfig lists {name!r}, which CloudFront lets no policy remove "
                "(RH-009). Take it off the list."
            )
    return names


def _server_timing(config: Mapping[str, Any]) -> float | None:
    """RH-010. Without a rate only those get the header who ask for it."""
    if not config.get("Enabled"):
        return None
    rate = float(config.get("SamplingRate") or 0)
    if not 0 <= rate <= 100:
        raise ConfigError(
            f"ServerTimingHeadersConfig.SamplingRate is {rate:g}; it is a percentage, 0 to 100."
        )
    return rate


def _security_headers(config: Mapping[str, Any]) -> list[PolicyHeader]:
    """RH-008. A part without its value is an empty block read back, not a header."""
    found: list[PolicyHeader] = []

    def add(field: str, name: str, value: str | None) -> None:
        part = config.get(field)
        if part and value:
            found.append(
                PolicyHeader(name=name, value=value, override=bool(part["Override"]))
            )

    def told(field: str, value: str) -> str | None:
        return (config.get(field) or {}).get(value)

    add("XSSProtection", "X-XSS-Protection", _xss_protection(config))
    add("FrameOptions", "X-Frame-Options", told("FrameOptions", "FrameOption"))
    add("ReferrerPolicy", "Referrer-Policy", told("ReferrerPolicy", "ReferrerPolicy"))
    csp = told("ContentSecurityPolicy", "ContentSecurityPolicy")
    if csp is not None and len(csp) > MAX_CSP_CHARACTERS:
        raise ConfigError(
            f"ContentSecurityPolicy has {len(csp)} characters; CloudFront takes "
            f"{MAX_CSP_CHARACTERS} (RH-008). Shorten it."
        )
    add("ContentSecurityPolicy", "Content-Security-Policy", csp)
    add("ContentTypeOptions", "X-Content-Type-Options", "nosniff")
    add("StrictTransportSecurity", "Strict-Transport-Security", _hsts(config))
    return found


def _hsts(config: Mapping[str, Any]) -> str | None:
    part = config.get("StrictTransportSecurity") or {}
    if "AccessControlMaxAgeSec" not in part:
        return None
    value = f"max-age={part['AccessControlMaxAgeSec']}"
    if part.get("IncludeSubdomains"):
        value += "; includeSubDomains"
    return value + "; preload" if part.get("Preload") else value


def _xss_protection(config: Mapping[str, Any]) -> str | None:
    part = config.get("XSSProtection") or {}
    if "Protection" not in part:
        return None
    if part.get("ModeBlock") and part.get("ReportUri"):
        raise ConfigError(
            "XSSProtection has both ModeBlock and ReportUri; CloudFront takes one of them (RH-008)."
        )
    if not part["Protection"]:
        return "0"
    if part.get("ModeBlock"):
        return "1; mode=block"
    return f"1; report={part['ReportUri']}" if part.get("ReportUri") else "1"


def _cors(config: Mapping[str, Any]) -> CorsPolicy | None:
    origins = tuple(items(config.get("AccessControlAllowOrigins")))
    if not origins:
        return None
    for pattern in origins:
        _check_origin(pattern)
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


def _check_origin(pattern: str) -> None:
    """RH-006: a star is the whole origin, its leftmost label, or in the port."""
    host = pattern.rpartition("://")[2].partition(":")[0]
    if "*" in host.removeprefix("*.") and pattern != "*":
        raise ConfigError(
            f"AccessControlAllowOrigins lists {pattern!r}; a star stands for the leftmost label "
            "of a host, or for any part of a port (RH-006)."
        )
