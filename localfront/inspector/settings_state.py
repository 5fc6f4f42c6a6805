"""A distribution's settings as they were read, each group with where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from localfront.config.distribution import CacheBehavior, Distribution, Origin
from localfront.config.managed_policies import MANAGED
from localfront.config.policies import CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy
from localfront.inspector.cache_key_parts import selected
from localfront.inspector.foreseen_way import function_name
from localfront.inspector.in_force import InForce
from localfront.inspector.origin_places import place_of

EVENTS = ("viewer-request", "origin-request", "origin-response", "viewer-response")
MASK = "…"
Row = tuple[str, str]


def settings_state(here: InForce) -> list[dict[str, Any]]:
    """By distribution; rows without a value are left out."""
    return [
        {"id": distribution.id, "groups": list(_groups(distribution, here))}
        for distribution in here.configuration.distributions
    ]


def _groups(distribution: Distribution, here: InForce) -> Iterator[dict[str, Any]]:
    places = here.configuration.described.places
    own = places.get(distribution.id, "")
    yield _group(f"Distribution {distribution.id}", own, _of_distribution(distribution))
    for number, behavior in enumerate(distribution.behaviors, 1):
        title = f"Behavior {number}: {behavior.path_pattern}"
        yield _group(title, own, _of_behavior(behavior))
    for origin in distribution.origins:
        rows = [*_of_origin(origin), ("here", place_of(origin, here.endpoints))]
        yield _group(f"Origin {origin.id}", own, rows)
    yield from _policies(distribution, own, places)


def _policies(
    distribution: Distribution, own: str, places: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Each once, whichever behaviors name it."""
    caches = {b.cache_policy.id: b.cache_policy for b in distribution.behaviors}
    for cache in caches.values():
        kind = "Legacy settings" if cache.legacy else "Cache policy"
        place = own if cache.legacy else _place(cache.id, cache.id in MANAGED.cache, places)
        yield _group(f"{kind} {cache.id}".strip(), place, _of_cache_policy(cache))
    extras = {
        b.origin_request_policy.id: b.origin_request_policy
        for b in distribution.behaviors
        if b.origin_request_policy
    }
    for extra in extras.values():
        place = _place(extra.id, extra.id in MANAGED.origin_request, places)
        yield _group(f"Origin request policy {extra.id}", place, _of_origin_request_policy(extra))
    headers = {
        b.response_headers_policy.id: b.response_headers_policy
        for b in distribution.behaviors
        if b.response_headers_policy
    }
    for policy in headers.values():
        place = _place(policy.id, policy.id in MANAGED.response_headers, places)
        yield _group(f"Response headers policy {policy.id}", place, _of_headers_policy(policy))


def _place(policy_id: str, managed: bool, places: Mapping[str, str]) -> str:
    return "managed by AWS" if managed else places.get(policy_id, "")


def _group(title: str, place: str, rows: Any) -> dict[str, Any]:
    return {"title": title, "place": place, "rows": [list(row) for row in rows if row[1]]}


def _of_distribution(distribution: Distribution) -> Iterator[Row]:
    yield "Enabled", _yes(distribution.enabled)
    yield "Domain name", distribution.domain_name
    yield "Aliases", ", ".join(distribution.aliases)
    yield "Default root object", distribution.default_root_object
    yield "HTTP/2", _yes(distribution.offers_http2)
    yield "Staging", "yes" if distribution.is_staging else ""
    yield "Web ACL", distribution.web_acl.name if distribution.web_acl else ""
    if distribution.geo_restriction:
        kind = "only" if distribution.geo_restriction.allows_listed else "all but"
        countries = ", ".join(sorted(distribution.geo_restriction.countries))
        yield "Countries", f"{kind} {countries}"
    for group in distribution.origin_groups:
        codes = ", ".join(map(str, sorted(group.failover_status_codes)))
        yield f"Origin group {group.id}", f"{group.primary}, then {group.secondary} on {codes}"
    for error in distribution.custom_error_responses:
        page = (
            f"{error.response_page_path} with {error.response_code}"
            if error.response_page_path
            else "no page"
        )
        yield f"Error {error.error_code}", f"{page}, kept {error.error_caching_min_ttl} s at least"


def _of_behavior(behavior: CacheBehavior) -> Iterator[Row]:
    yield "Origin", behavior.target_origin_id
    yield "Viewer protocol policy", behavior.viewer_protocol_policy.value
    yield "Allowed methods", ", ".join(sorted(behavior.allowed_methods))
    yield "Cached methods", ", ".join(sorted(behavior.cached_methods))
    yield "Compression", _yes(behavior.compress)
    yield (
        "Cache policy",
        "its legacy settings" if behavior.cache_policy.legacy else behavior.cache_policy.id,
    )
    yield (
        "Origin request policy",
        behavior.origin_request_policy.id if behavior.origin_request_policy else "",
    )
    yield (
        "Response headers policy",
        behavior.response_headers_policy.id if behavior.response_headers_policy else "",
    )
    yield (
        "Signed requests",
        ", ".join(key.id for key in behavior.trusted_keys)
        or ("asked for, and no key is known" if behavior.restricted else ""),
    )
    for event in EVENTS:
        yield event, function_name(behavior, event)


def _of_origin(origin: Origin) -> Iterator[Row]:
    yield "Domain name", f"{origin.domain_name}{origin.origin_path}"
    yield "Kind", "S3" if origin.is_s3 else "custom"
    yield (
        "Protocol",
        ""
        if origin.is_s3
        else f"{origin.protocol_policy}, ports {origin.http_port} and {origin.https_port}",
    )
    yield "Origin access control", origin.origin_access_control or ""
    yield "Origin access identity", origin.origin_access_identity or ""
    yield (
        "Attempts",
        f"{origin.connection_attempts}, of {origin.connection_timeout} s each; {origin.read_timeout} s for an answer",
    )
    for name, _ in origin.custom_headers:
        yield f"Header {name}", MASK


def _of_cache_policy(policy: CachePolicy) -> Iterator[Row]:
    yield (
        "TTL",
        f"{policy.min_ttl} s at least, {policy.default_ttl} s by default, {policy.max_ttl} s at most",
    )
    yield "Headers", selected(policy.headers)
    yield "Cookies", selected(policy.cookies)
    yield "Query strings", selected(policy.query_strings)
    codings = (("Gzip", policy.gzip), ("Brotli", policy.brotli))
    yield "Accept-Encoding", " and ".join(name for name, on in codings if on)


def _of_origin_request_policy(policy: OriginRequestPolicy) -> Iterator[Row]:
    yield "Headers", selected(policy.headers)
    yield "Headers of CloudFront", ", ".join(sorted(policy.cloudfront_headers))
    yield "Cookies", selected(policy.cookies)
    yield "Query strings", selected(policy.query_strings)


def _of_headers_policy(policy: ResponseHeadersPolicy) -> Iterator[Row]:
    for header in policy.set_headers:
        how = "" if header.override else ", where the origin sets none"
        yield header.name, f"{header.value}{how}"
    yield "Removes", ", ".join(sorted(policy.remove))
    if policy.cors is not None:
        yield (
            "CORS",
            f"{', '.join(policy.cors.allow_methods)} from {', '.join(policy.cors.allow_origins)}",
        )
    if policy.server_timing is not None:
        yield "Server-Timing", f"{policy.server_timing:g} % of responses"


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
