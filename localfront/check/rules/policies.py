"""Rules for policies that CloudFront refuses to create.

Sources: CloudFront API Reference, CachePolicyConfig, OriginRequestPolicyConfig and
ResponseHeadersPolicyCorsConfig; Developer Guide, "Understand cache policies", "Understand origin request
policies" and "Understand response headers policies" (CP-001 to CP-005). AWS's pages do not say
whether a policy may be empty otherwise, so no rule refuses that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from localfront.check.findings import Finding, Severity
from localfront.sources.description import Description, Raw, named

KINDS = ("Header", "Cookie", "QueryString")
COMPRESSION = ("EnableAcceptEncodingGzip", "EnableAcceptEncodingBrotli")
TTLS = ("MinTTL", "DefaultTTL", "MaxTTL")
LISTING = frozenset({"whitelist", "allExcept", "allViewerAndWhitelistCloudFront"})
CORS_LISTS = ("AccessControlAllowOrigins", "AccessControlAllowMethods", "AccessControlAllowHeaders")


def check_policies(description: Description) -> Iterator[Finding]:
    """Check the policies that the distributions refer to (CP-001 to CP-005)."""
    used = description.distributions
    for policy_id in _named(used, "CachePolicyId", description.cache_policies):
        yield from _cache_policy(policy_id, description.cache_policies[policy_id])
    for policy_id in _named(used, "OriginRequestPolicyId", description.origin_request_policies):
        config = description.origin_request_policies[policy_id]
        yield from _origin_request_policy(f"Origin request policy {policy_id}", config)
    headers = description.response_headers_policies
    for policy_id in _named(used, "ResponseHeadersPolicyId", headers):
        yield from _cors(f"Response headers policy {policy_id}", headers[policy_id])


def _named(used: tuple[Raw, ...], field: str, described: Mapping[str, Raw]) -> list[str]:
    return sorted(named(list(used), field) & described.keys())


def _cache_policy(policy_id: str, config: Raw) -> Iterator[Finding]:
    at = f"Cache policy {policy_id}"
    key = _part(config, "ParametersInCacheKeyAndForwardedToOrigin")
    taken = [f"{kind}Behavior" for kind in KINDS if _behavior(key, kind) != "none"]
    taken += [name for name in COMPRESSION if key.get(name) is True]
    if taken and all(config.get(ttl) == 0 for ttl in TTLS):
        yield _refused(
            "CP-001",
            at,
            f"All its TTLs are 0, which disables caching, but {', '.join(taken)} add to the "
            "cache key.",
            "Name the managed policy CachingDisabled and an origin request policy, or raise "
            "MaxTTL to 1.",
        )
    if any(key.get(name) is True for name in COMPRESSION) and _lists(key, "accept-encoding"):
        yield _refused(
            "CP-002",
            at,
            "It lists Accept-Encoding, which EnableAcceptEncodingGzip and "
            "EnableAcceptEncodingBrotli already add to the cache key.",
            "Remove Accept-Encoding from its headers.",
        )
    yield from _empty_lists(at, key)


def _origin_request_policy(at: str, config: Raw) -> Iterator[Finding]:
    if _behavior(config, "Header") == "whitelist" and _lists(config, "accept-encoding"):
        yield _refused(
            "CP-003",
            at,
            "It lists Accept-Encoding, which belongs to cache policies.",
            "Set EnableAcceptEncodingGzip and EnableAcceptEncodingBrotli in the cache policy.",
        )
    yield from _empty_lists(at, config)


def _empty_lists(at: str, part: Raw) -> Iterator[Finding]:
    for kind in KINDS:
        if _behavior(part, kind) in LISTING and not _names(part, kind):
            yield _refused(
                "CP-005",
                at,
                f"{kind}Behavior is {_behavior(part, kind)}, and {kind}s lists none.",
                f"List some in {kind}s, or write another behavior, such as none.",
            )


def _cors(at: str, config: Raw) -> Iterator[Finding]:
    cors = _part(config, "CorsConfig")
    lists = {name: _texts(cors.get(name)) for name in CORS_LISTS}
    if not any(lists.values()):
        return  # an empty block, as emulators read back
    wild = [name for name, values in lists.items() if {"*", "ALL"} & set(values)]
    if cors.get("AccessControlAllowCredentials") is True and wild:
        yield _refused(
            "CP-004",
            at,
            f"AccessControlAllowCredentials is true, and {', '.join(wild)} allow everything, which "
            "browsers refuse, too.",
            "List what is allowed by name, or set AccessControlAllowCredentials to false.",
        )
    for name, values in lists.items():
        if not values:
            yield _refused(
                "CP-005",
                at,
                f"CorsConfig lists nothing in {name}.",
                "Name at least one, or leave CorsConfig out.",
            )


def _behavior(part: Raw, kind: str) -> str:
    found = _part(part, f"{kind}sConfig").get(f"{kind}Behavior")
    return found if isinstance(found, str) else "none"


def _names(part: Raw, kind: str) -> tuple[str, ...]:
    return _texts(_part(part, f"{kind}sConfig").get(f"{kind}s"))


def _lists(part: Raw, header: str) -> bool:
    return header in map(str.lower, _names(part, "Header"))


def _part(value: Raw, field: str) -> Raw:
    found = value.get(field)
    return found if isinstance(found, Mapping) else {}


def _texts(value: Any) -> tuple[str, ...]:
    members = value.get("Items") if isinstance(value, Mapping) else None
    return tuple(map(str, members)) if isinstance(members, list | tuple) else ()


def _refused(rule: str, at: str, message: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity=Severity.ERROR, resource=at, message=message, remedy=remedy)
