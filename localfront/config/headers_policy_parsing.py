"""Parse a ResponseHeadersPolicyConfig.

Sources: CloudFront API Reference, ResponseHeadersPolicyConfig; Developer Guide, "Understand
response headers policies" (RH-006..010). Whatever AWS's API would reject is refused here, because
emulators accept it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from localfront.config.fields import SHOWN, Fields
from localfront.config.origin_headers import HEADER_VALUE
from localfront.config.policies import CorsPolicy, PolicyHeader, ResponseHeadersPolicy
from localfront.http_messages.tokens import TOKEN

ALL_METHODS = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS")  # RH-007
MAX_CSP_CHARACTERS = 1783  # RH-008
MAX_AGE = 2**31 - 1  # the API's type Integer
REFERRER_POLICIES = (
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
)
NO_HEADER = "is not allowed in a header"

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
    """Parse a ResponseHeadersPolicyConfig as the CloudFront API returns it.

    Raises ConfigError naming the policy and the field.
    """
    fields = Fields.of(f"Response headers policy {policy_id}", config)
    return ResponseHeadersPolicy(
        id=policy_id,
        set_headers=(
            *_security_headers(fields.part("SecurityHeadersConfig")),
            *map(_custom_header, fields.parts("CustomHeadersConfig")),
        ),
        remove=_removed_headers(fields),
        cors=_cors(fields.part("CorsConfig")),
        server_timing=_server_timing(fields.part("ServerTimingHeadersConfig")),
    )


def _custom_header(header: Fields) -> PolicyHeader:
    name = header.text("Header")
    if not TOKEN.fullmatch(name):
        raise header.wrong("Header", "is not a valid header name", "Write letters and `-`.")
    return PolicyHeader(
        name=name,
        value=_value(header, "Value") if header.has("Value") else "",
        override=header.flag("Override"),
    )


def _removed_headers(fields: Fields) -> frozenset[str]:
    names = set()
    for header in fields.parts("RemoveHeadersConfig"):
        name = header.text("Header").lower()
        if name in NOT_REMOVABLE or name.startswith(NOT_REMOVABLE_PREFIXES):
            raise header.wrong(
                "Header",
                f"({name}) cannot be removed by a policy (RH-009)",
                "Remove it from the list.",
            )
        names.add(name)
    return frozenset(names)


def _server_timing(part: Fields) -> float | None:
    """The Server-Timing part (RH-010).

    Without a rate only viewers that request it get the header.
    """
    if not part.flag("Enabled", False):
        return None
    written = part.values.get("SamplingRate")
    try:
        rate = float(
            "nan" if isinstance(written, bool) else 0 if written in (None, "") else written
        )
    except (TypeError, ValueError, OverflowError):
        rate = math.nan
    if not 0 <= rate <= 100:
        raise part.wrong("SamplingRate", "is not a percentage", "Write 0 to 100.")
    return rate


def _security_headers(config: Fields) -> list[PolicyHeader]:
    """The security headers (RH-008). A part without a value is an empty block, not a header."""
    found: list[PolicyHeader] = []
    for field, (name, value_of) in SECURITY_HEADERS.items():
        part = config.part(field)
        if not part.values:
            continue
        value = value_of(part)
        if value:
            override = part.flag("Override")
            found.append(PolicyHeader(name=name, value=value, override=override))
    return found


def _frame_option(part: Fields) -> str:
    return part.choice("FrameOption", ("DENY", "SAMEORIGIN", ""), "")


def _referrer_policy(part: Fields) -> str:
    return part.choice("ReferrerPolicy", (*REFERRER_POLICIES, ""), "")


def _content_security_policy(part: Fields) -> str:
    field = "ContentSecurityPolicy"
    value = _value(part, field) if part.has(field) else ""
    if len(value) > MAX_CSP_CHARACTERS:
        raise part.wrong(
            field,
            f"has {len(value)} characters (RH-008)",
            f"CloudFront accepts at most {MAX_CSP_CHARACTERS}.",
        )
    return value


def _hsts(part: Fields) -> str:
    if not part.has("AccessControlMaxAgeSec"):
        return ""
    value = f"max-age={part.number('AccessControlMaxAgeSec', high=MAX_AGE)}"
    if part.flag("IncludeSubdomains", False):
        value += "; includeSubDomains"
    return value + "; preload" if part.flag("Preload", False) else value


def _xss_protection(part: Fields) -> str:
    if not part.has("Protection"):
        return ""
    report = _value(part, "ReportUri") if part.has("ReportUri") else ""
    blocks = part.flag("ModeBlock", False)
    if blocks and report:
        raise part.wrong(
            "ReportUri",
            "is set together with ModeBlock, and CloudFront accepts only one of ModeBlock and "
            "ReportUri (RH-008)",
            "Leave one of them out.",
        )
    if not part.flag("Protection"):
        return "0"
    if blocks:
        return "1; mode=block"
    return f"1; report={report}" if report else "1"


# In the order of the API's page: field, header, and the function for its value.
SECURITY_HEADERS: Mapping[str, tuple[str, Callable[[Fields], str]]] = {
    "XSSProtection": ("X-XSS-Protection", _xss_protection),
    "FrameOptions": ("X-Frame-Options", _frame_option),
    "ReferrerPolicy": ("Referrer-Policy", _referrer_policy),
    "ContentSecurityPolicy": ("Content-Security-Policy", _content_security_policy),
    "ContentTypeOptions": ("X-Content-Type-Options", lambda _: "nosniff"),
    "StrictTransportSecurity": ("Strict-Transport-Security", _hsts),
}


def _cors(part: Fields) -> CorsPolicy | None:
    origins = _values(part, "AccessControlAllowOrigins")
    if not origins:
        return None
    for pattern in origins:
        _check_origin(part, pattern)
    methods = _values(part, "AccessControlAllowMethods")
    return CorsPolicy(
        allow_origins=origins,
        allow_methods=ALL_METHODS if "ALL" in methods else methods,
        allow_headers=_values(part, "AccessControlAllowHeaders"),
        expose_headers=_values(part, "AccessControlExposeHeaders"),
        allow_credentials=part.flag("AccessControlAllowCredentials", False),
        max_age=part.number("AccessControlMaxAgeSec", high=MAX_AGE)
        if part.has("AccessControlMaxAgeSec")
        else None,
        override=part.flag("OriginOverride", False),
    )


def _value(part: Fields, field: str) -> str:
    """A valid header value: one line."""
    value = part.text(field, "")
    if not HEADER_VALUE.fullmatch(value):
        raise part.wrong(field, NO_HEADER, "Write one line of ASCII.")
    return value


def _values(part: Fields, field: str) -> tuple[str, ...]:
    values = part.texts(field)
    if not all(map(HEADER_VALUE.fullmatch, values)):
        raise part.wrong(field, f"holds what {NO_HEADER}", "Write lines of ASCII.")
    return values


def _check_origin(part: Fields, pattern: str) -> None:
    """Check an allowed origin: `*` only alone, as the leftmost label, or in the port (RH-006)."""
    host = pattern.rpartition("://")[2].partition(":")[0]
    if "*" in host.removeprefix("*.") and pattern != "*":
        raise part.wrong(
            "AccessControlAllowOrigins",
            f"lists {pattern[:SHOWN]!r} (RH-006)",
            "A star may replace the leftmost label of a host, or any part of a port.",
        )
