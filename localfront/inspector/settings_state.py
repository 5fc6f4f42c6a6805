"""A distribution's settings, each with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from localfront.config.distribution import CacheBehavior, Distribution, Origin
from localfront.config.managed_policies import MANAGED
from localfront.config.policies import CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy
from localfront.inspector.active_site import ActiveSite
from localfront.inspector.cache_key_parts import selected
from localfront.inspector.foreseen_way import function_name
from localfront.inspector.options import Given
from localfront.inspector.origin_places import place_of
from localfront.inspector.setting_sources import Read, members, source_of_place

EVENTS = ("viewer-request", "origin-request", "origin-response", "viewer-response")
MASK = "…"
Row = tuple[str, ...]  # name, value, and the API's fields that it was read from
PARAMETERS = "ParametersInCacheKeyAndForwardedToOrigin"
ENCODINGS = tuple(f"{PARAMETERS}.EnableAcceptEncoding{coding}" for coding in ("Gzip", "Brotli"))


def settings_state(site: ActiveSite, given: Sequence[Given] = ()) -> list[dict[str, Any]]:
    """Settings by distribution, without empty rows. `given` are localfront's own options."""
    return [
        {"id": distribution.id, "groups": list(_groups(distribution, site, given))}
        for distribution in site.configuration.distributions
    ]


def _groups(
    distribution: Distribution, site: ActiveSite, given: Sequence[Given]
) -> Iterator[dict[str, Any]]:
    own = site.configuration.described.places.get(distribution.id, "")
    raw = _raw(distribution, site)
    yield _group(f"Distribution {distribution.id}", Read(own, raw), _of_distribution(distribution))
    behaviors = {b.get("PathPattern"): b for b in members(raw, "CacheBehaviors")}
    behaviors["*"] = behaviors.get("*") or raw.get("DefaultCacheBehavior") or {}
    for number, behavior in enumerate(distribution.behaviors, 1):
        title = f"Behavior {number}: {behavior.path_pattern}"
        read = Read(own, behaviors.get(behavior.path_pattern) or {})
        yield _group(title, read, _of_behavior(behavior))
    origins = {origin.get("Id"): origin for origin in members(raw, "Origins")}
    for origin in distribution.origins:
        read = Read(own, origins.get(origin.id) or {})
        group = _group(f"Origin {origin.id}", read, _of_origin(origin))
        place = (place_of(origin, site.endpoints), source_of_place(origin, site, given))
        yield {**group, "rows": [*group["rows"], ["here", *place]]}
    yield from _policies(distribution, own, site)


def _raw(distribution: Distribution, site: ActiveSite) -> Mapping[str, Any]:
    """The raw DistributionConfig."""
    described = site.configuration.described.distributions
    found = [d.get("DistributionConfig") for d in described if d.get("Id") == distribution.id]
    return found[0] if found and isinstance(found[0], Mapping) else {}


def _policies(distribution: Distribution, own: str, site: ActiveSite) -> Iterator[dict[str, Any]]:
    """The policies in use, each once."""
    described = site.configuration.described
    caches = {b.cache_policy.id: b for b in distribution.behaviors}
    for behavior in caches.values():
        cache = behavior.cache_policy
        if cache.legacy:
            read = Read(own, {})
        else:
            read = _read(cache.id, cache.id in MANAGED.cache, described.cache_policies, site)
        kind = "Legacy settings" if cache.legacy else "Cache policy"
        yield _group(f"{kind} {cache.id}".strip(), read, _of_cache_policy(cache))
    extras = {
        b.origin_request_policy.id: b.origin_request_policy
        for b in distribution.behaviors
        if b.origin_request_policy
    }
    for extra in extras.values():
        is_managed = extra.id in MANAGED.origin_request
        read = _read(extra.id, is_managed, described.origin_request_policies, site)
        yield _group(f"Origin request policy {extra.id}", read, _of_origin_request_policy(extra))
    headers = {
        b.response_headers_policy.id: b.response_headers_policy
        for b in distribution.behaviors
        if b.response_headers_policy
    }
    for policy in headers.values():
        is_managed = policy.id in MANAGED.response_headers
        read = _read(policy.id, is_managed, described.response_headers_policies, site)
        yield _group(f"Response headers policy {policy.id}", read, _of_headers_policy(policy))


def _read(policy_id: str, managed: bool, raw: Mapping[str, Any], site: ActiveSite) -> Read:
    if managed:
        return Read("managed by AWS", {})
    return Read(site.configuration.described.places.get(policy_id, ""), raw.get(policy_id) or {})


def _group(title: str, read: Read, rows: Iterator[Row]) -> dict[str, Any]:
    visible = [[name, value, read.source(fields)] for name, value, *fields in rows if value]
    return {"title": title, "place": read.place, "rows": visible}


def _of_distribution(distribution: Distribution) -> Iterator[Row]:
    yield "Enabled", _yes(distribution.enabled), "Enabled"
    yield "Domain name", distribution.domain_name
    yield "Aliases", ", ".join(distribution.aliases), "Aliases"
    yield "Default root object", distribution.default_root_object, "DefaultRootObject"
    yield "HTTP/2", _yes(distribution.offers_http2), "HttpVersion"
    yield "Staging", "yes" if distribution.is_staging else "", "Staging"
    yield "Web ACL", distribution.web_acl.name if distribution.web_acl else "", "WebACLId"
    if distribution.geo_restriction:
        kind = "only" if distribution.geo_restriction.allows_listed else "all but"
        countries = ", ".join(sorted(distribution.geo_restriction.countries))
        yield "Countries", f"{kind} {countries}", "Restrictions.GeoRestriction"
    for group in distribution.origin_groups:
        codes = ", ".join(map(str, sorted(group.failover_status_codes)))
        yield (
            f"Origin group {group.id}",
            f"{group.primary}, then {group.secondary} on {codes}",
            "OriginGroups",
        )
    for error in distribution.custom_error_responses:
        page = (
            f"{error.response_page_path} with {error.response_code}"
            if error.response_page_path
            else "no page"
        )
        yield (
            f"Error {error.error_code}",
            f"{page}, cached for at least {error.error_caching_min_ttl} s",
            "CustomErrorResponses",
        )


def _of_behavior(behavior: CacheBehavior) -> Iterator[Row]:
    yield "Origin", behavior.target_origin_id, "TargetOriginId"
    yield "Viewer protocol policy", behavior.viewer_protocol_policy.value, "ViewerProtocolPolicy"
    yield "Allowed methods", ", ".join(sorted(behavior.allowed_methods)), "AllowedMethods"
    yield (
        "Cached methods",
        ", ".join(sorted(behavior.cached_methods)),
        "AllowedMethods.CachedMethods",
    )
    yield "Compression", _yes(behavior.compress), "Compress"
    yield (
        "Cache policy",
        "its legacy settings" if behavior.cache_policy.legacy else behavior.cache_policy.id,
        *("CachePolicyId", "ForwardedValues"),
    )
    yield (
        "Origin request policy",
        behavior.origin_request_policy.id if behavior.origin_request_policy else "",
        *("OriginRequestPolicyId", "ForwardedValues"),
    )
    yield (
        "Response headers policy",
        behavior.response_headers_policy.id if behavior.response_headers_policy else "",
        "ResponseHeadersPolicyId",
    )
    yield (
        "Signed requests",
        ", ".join(key.id for key in behavior.trusted_keys)
        or ("required, and no key is known" if behavior.restricted else ""),
        *("TrustedKeyGroups", "TrustedSigners"),
    )
    for event in EVENTS:
        kinds = ("FunctionAssociations", "LambdaFunctionAssociations")
        yield event, function_name(behavior, event), *kinds


def _of_origin(origin: Origin) -> Iterator[Row]:
    yield "Domain name", f"{origin.domain_name}{origin.origin_path}", "DomainName", "OriginPath"
    yield "Kind", "S3" if origin.is_s3 else "custom", "S3OriginConfig", "CustomOriginConfig"
    yield (
        "Protocol",
        ""
        if origin.is_s3
        else f"{origin.protocol_policy}, ports {origin.http_port} and {origin.https_port}",
        "CustomOriginConfig",
    )
    yield "Origin access control", origin.origin_access_control or "", "OriginAccessControlId"
    yield "Origin access identity", origin.origin_access_identity or "", "S3OriginConfig"
    yield (
        "Attempts",
        f"{origin.connection_attempts}, of {origin.connection_timeout} s each; "
        f"{origin.read_timeout} s for a response",
        *("ConnectionAttempts", "ConnectionTimeout", "CustomOriginConfig.OriginReadTimeout"),
    )
    for name, _ in origin.custom_headers:
        yield f"Header {name}", MASK, "CustomHeaders"


def _of_cache_policy(policy: CachePolicy) -> Iterator[Row]:
    yield (
        "TTL",
        f"{policy.min_ttl} s at least, {policy.default_ttl} s by default, {policy.max_ttl} s at "
        "most",
        *("MinTTL", "DefaultTTL", "MaxTTL"),
    )
    yield "Headers", selected(policy.headers), f"{PARAMETERS}.HeadersConfig"
    yield "Cookies", selected(policy.cookies), f"{PARAMETERS}.CookiesConfig"
    yield "Query strings", selected(policy.query_strings), f"{PARAMETERS}.QueryStringsConfig"
    codings = (("Gzip", policy.gzip), ("Brotli", policy.brotli))
    yield "Accept-Encoding", " and ".join(name for name, on in codings if on), *ENCODINGS


def _of_origin_request_policy(policy: OriginRequestPolicy) -> Iterator[Row]:
    yield "Headers", selected(policy.headers), "HeadersConfig"
    yield "Headers of CloudFront", ", ".join(sorted(policy.cloudfront_headers)), "HeadersConfig"
    yield "Cookies", selected(policy.cookies), "CookiesConfig"
    yield "Query strings", selected(policy.query_strings), "QueryStringsConfig"


def _of_headers_policy(policy: ResponseHeadersPolicy) -> Iterator[Row]:
    for header in policy.set_headers:
        how = "" if header.override else ", if the origin sets none"
        yield header.name, f"{header.value}{how}", "SecurityHeadersConfig", "CustomHeadersConfig"
    yield "Removes", ", ".join(sorted(policy.remove)), "RemoveHeadersConfig"
    if policy.cors is not None:
        yield (
            "CORS",
            f"{', '.join(policy.cors.allow_methods)} from {', '.join(policy.cors.allow_origins)}",
            "CorsConfig",
        )
    if policy.server_timing is not None:
        yield (
            "Server-Timing",
            f"{policy.server_timing:g} % of responses",
            "ServerTimingHeadersConfig",
        )


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
