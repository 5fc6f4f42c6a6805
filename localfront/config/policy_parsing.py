"""Parse cache policies and origin request policies.

Sources: CloudFront API Reference, CachePolicyConfig and OriginRequestPolicyConfig; Developer Guide,
"Quotas" (PO-019) and "Add CloudFront request headers" (OR-019).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localfront.config.fields import Fields
from localfront.config.policies import (
    CachePolicy,
    Mode,
    OriginRequestPolicy,
    Selection,
)

MAX_NAMES = 10  # per kind and policy (PO-019)
MAX_NAMES_LENGTH = 1024  # characters of all names together
MODES = tuple(mode.value for mode in Mode)
REQUEST_HEADER_MODES = (
    "none",
    "whitelist",
    "allViewer",
    "allViewerAndWhitelistCloudFront",
    "allExcept",
)  # PO-004
DEFAULT_TTL = 86_400
MAX_TTL = 31_536_000
# OR-019: these differ for each viewer, so that nothing would ever be a hit.
NOT_IN_A_KEY = frozenset(
    f"cloudfront-viewer-{name}"
    for name in ("address", "asn", "ja3-fingerprint", "ja4-fingerprint", "tls")
)


@dataclass(frozen=True, slots=True)
class Ttls:
    """MinTTL, DefaultTTL and MaxTTL in seconds (CA-010..019)."""

    minimum: int
    default: int
    maximum: int


def parse_cache_policy(policy_id: str, config: Mapping[str, Any]) -> CachePolicy:
    """Parse a CachePolicyConfig as the CloudFront API returns it. Raises ConfigError."""
    fields = Fields.of(f"Cache policy {policy_id}", config)
    parameters = fields.part("ParametersInCacheKeyAndForwardedToOrigin")
    bounds = ttls(fields)
    headers = _lower(_selection(parameters, "Header", ("none", Mode.LISTED.value)))
    for name in sorted(headers.names & NOT_IN_A_KEY):
        raise parameters.part("HeadersConfig").wrong(
            "Headers",
            f"lists {name}, which can't be in a cache key (OR-019)",
            "List it in an origin request policy.",
        )
    return CachePolicy(
        id=policy_id,
        min_ttl=bounds.minimum,
        default_ttl=bounds.default,
        max_ttl=bounds.maximum,
        headers=headers,
        cookies=_selection(parameters, "Cookie", MODES),
        query_strings=_selection(parameters, "QueryString", MODES),
        gzip=parameters.flag("EnableAcceptEncodingGzip", False),
        brotli=parameters.flag("EnableAcceptEncodingBrotli", False),
    )


def parse_origin_request_policy(policy_id: str, config: Mapping[str, Any]) -> OriginRequestPolicy:
    """Parse an OriginRequestPolicyConfig as the CloudFront API returns it (PO-004).

    Raises ConfigError.
    """
    fields = Fields.of(f"Origin request policy {policy_id}", config)
    headers, added = _request_headers(fields)
    return OriginRequestPolicy(
        id=policy_id,
        headers=headers,
        cookies=_selection(fields, "Cookie", MODES),
        query_strings=_selection(fields, "QueryString", MODES),
        cloudfront_headers=added,
    )


def ttls(fields: Fields) -> Ttls:
    """Parse the TTLs; the defaults are a day and a year, but at least the TTL below."""
    minimum = fields.number("MinTTL", 0)
    default = fields.number("DefaultTTL", max(DEFAULT_TTL, minimum))
    maximum = fields.number("MaxTTL", max(MAX_TTL, default))
    if not minimum <= default <= maximum:
        field = "DefaultTTL" if fields.has("DefaultTTL") else "MaxTTL"
        raise fields.wrong(
            field,
            f"is out of order: MinTTL {minimum}, DefaultTTL {default}, MaxTTL {maximum}",
            "MinTTL must not exceed DefaultTTL, nor DefaultTTL MaxTTL.",
        )
    return Ttls(minimum, default, maximum)


def _request_headers(fields: Fields) -> tuple[Selection, frozenset[str]]:
    """The viewer's headers to forward, and the names of CloudFront's to add."""
    part = fields.part("HeadersConfig")
    mode = part.choice("HeaderBehavior", REQUEST_HEADER_MODES, "none")
    names = frozenset(n.lower() for n in _names(part, "Headers"))
    added = frozenset(name for name in names if name.startswith("cloudfront-"))
    match mode:
        case "none":
            return Selection(), frozenset()
        case "whitelist" if "authorization" in names:
            raise part.wrong(
                "Headers",
                "lists Authorization, which CloudFront refuses in an origin request policy "
                "(OR-009)",
                "List it in a cache policy, or forward all viewer headers.",
            )
        case "whitelist":
            return Selection(Mode.LISTED, names), added
        case "allExcept":
            return Selection(Mode.ALL_EXCEPT, names), frozenset()
        case _:
            return Selection(Mode.ALL), added


def _selection(fields: Fields, kind: str, modes: tuple[str, ...]) -> Selection:
    """Parse a selection; `kind` (Header, Cookie or QueryString) is part of the field names."""
    part = fields.part(f"{kind}sConfig")
    mode = Mode(part.choice(f"{kind}Behavior", modes, "none"))
    names = _names(part, f"{kind}s")
    if mode in (Mode.LISTED, Mode.ALL_EXCEPT):
        return Selection(mode, frozenset(names))
    return Selection(mode)


def _names(part: Fields, field: str) -> tuple[str, ...]:
    names = part.texts(field)
    length = sum(map(len, names))
    if len(names) > MAX_NAMES or length > MAX_NAMES_LENGTH:
        raise part.wrong(
            field,
            f"has {len(names)} names of {length} characters together (PO-019)",
            f"CloudFront accepts at most {MAX_NAMES} names and {MAX_NAMES_LENGTH} characters.",
        )
    return names


def _lower(selection: Selection) -> Selection:
    """Header names in lower case, as they are case-insensitive (CA-008)."""
    return Selection(selection.mode, frozenset(n.lower() for n in selection.names))
