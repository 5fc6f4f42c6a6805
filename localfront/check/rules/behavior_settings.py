"""Settings of a behavior that CloudFront refuses, or that surprise.

Sources: CloudFront API Reference, CacheBehavior, GrpcConfig; Developer Guide, "Optimize high
availability with CloudFront origin failover", "Configure CloudFront to respect CORS settings",
"Restrictions on all edge functions" (CP-015 to CP-018, PL-008).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.sites import CheckedDistribution, sent_headers
from localfront.check.findings import CheckResult, Finding, Severity
from localfront.config.behavior_parsing import READS_AND_OPTIONS
from localfront.config.distribution import CacheBehavior
from localfront.config.fields import structures

VIEWER_RESPONSE = "viewer-response"
SHOWN_TO_OTHERS = {
    "origin": (
        "CP-017",
        "a response for one site's page, with its Access-Control-Allow-Origin or without any, is "
        "cached and sent to the pages of all others",
        "Origin",
    ),
    "host": (
        "CP-018",
        "if the origin serves several sites by host name, the page of one is cached for all of "
        "them",
        "Host",
    ),
}


def check_behaviors(site: CheckedDistribution, evidence: Evidence) -> Iterator[CheckResult]:
    """Check each behavior's settings, as CloudFront does (CP-015 to CP-018, PL-008)."""
    groups = {group.id for group in site.origin_groups}
    for behavior in site.behaviors:
        more = behavior.allowed_methods - READS_AND_OPTIONS
        if behavior.target_origin_id in groups and more:
            yield Finding(
                rule="CP-015",
                severity=Severity.ERROR,
                resource=site.at(behavior),
                message=f"It allows {', '.join(sorted(more))}, and its target is an origin group.",
                remedy="Allow GET, HEAD and OPTIONS, or name one origin.",
            )
        if site.knows_policies(behavior):
            yield from _shown_to_others(site, behavior)
        yield from _not_on_errors(site, behavior)
    yield from _grpc(site)
    yield from _smooth_streaming(site)


def _shown_to_others(site: CheckedDistribution, behavior: CacheBehavior) -> Iterator[Finding]:
    policy = behavior.cache_policy
    if policy.caching_disabled or policy.max_ttl == 0:
        return
    for name, (rule, outcome, header) in SHOWN_TO_OTHERS.items():
        if sent_headers(behavior).takes(name) and not policy.headers.takes(name):
            yield Finding(
                rule=rule,
                severity=Severity.WARNING,
                resource=site.at(behavior),
                message=f"It forwards {header} and caches without it in the key: {outcome}.",
                remedy=f"Name a cache policy that lists {header}, or do not forward it.",
            )


def _not_on_errors(site: CheckedDistribution, behavior: CacheBehavior) -> Iterator[Finding]:
    at_edge = behavior.function_for(VIEWER_RESPONSE) is not None
    by_function = any(f.event_type == VIEWER_RESPONSE for f in behavior.function_associations)
    if at_edge or by_function:
        yield Finding(
            rule="PL-008",
            severity=Severity.NOTE,
            resource=site.at(behavior),
            message="Its function at viewer-response does not run when the origin returns 400 or "
            "more: "
            "error pages lack the headers that it sets.",
            remedy="Set headers that every response needs in a response headers policy.",
        )


def _smooth_streaming(site: CheckedDistribution) -> Iterator[Finding]:
    default = structures({"Items": [site.config.get("DefaultCacheBehavior")]})
    for behavior in [*default, *structures(site.config.get("CacheBehaviors"))]:
        attached = (
            behavior.get("LambdaFunctionAssociations"),
            behavior.get("FunctionAssociations"),
        )
        if behavior.get("SmoothStreaming") is True and any(map(structures, attached)):
            yield Finding(
                rule="LH-010",
                severity=Severity.ERROR,
                resource=f"{site.name}, behavior {behavior.get('PathPattern', 'default')!r:.120}",
                message="It has a function, and Smooth Streaming, which cannot be combined.",
                remedy="Turn SmoothStreaming off, or remove the function.",
            )


def _grpc(site: CheckedDistribution) -> Iterator[Finding]:
    """Check gRPC, which needs POST and HTTP/2."""
    default = structures({"Items": [site.config.get("DefaultCacheBehavior")]})
    for behavior in [*default, *structures(site.config.get("CacheBehaviors"))]:
        grpc, methods = behavior.get("GrpcConfig"), behavior.get("AllowedMethods")
        if not isinstance(grpc, Mapping) or grpc.get("Enabled") is not True:
            continue
        listed = methods.get("Items") if isinstance(methods, Mapping) else None
        allowed = listed if isinstance(listed, list | tuple) else ()
        version = str(site.config.get("HttpVersion") or "http2").lower()
        missing = [
            *(() if "POST" in allowed else ("POST among its methods",)),
            *(() if version in ("http2", "http2and3") else ("HTTP/2 in HttpVersion",)),
        ]
        if missing:
            yield Finding(
                rule="CP-016",
                severity=Severity.ERROR,
                resource=f"{site.name}, behavior {behavior.get('PathPattern', 'default')!r:.120}",
                message=f"It enables gRPC without {' and '.join(missing)}.",
                remedy="Allow all methods, and set HttpVersion to http2 or http2and3.",
            )
