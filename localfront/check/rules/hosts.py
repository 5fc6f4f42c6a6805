"""Rules for the Host header that origins get.

Sources: CloudFront Developer Guide, "HTTP 403 status code (Permission Denied)" (S3-004) and "Use
managed origin request policies" (AG-001).
"""

from __future__ import annotations

from collections.abc import Iterator

from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.sites import (
    CheckedDistribution,
    is_api_gateway,
    is_bucket,
    is_function_url,
    sent_headers,
)
from localfront.check.findings import CheckResult, Finding, Severity, Unchecked
from localfront.config.distribution import CacheBehavior, Origin


def check_hosts(site: CheckedDistribution, evidence: Evidence) -> Iterator[CheckResult]:
    """Check that S3 and API Gateway origins get their own name as Host (S3-004, AG-001)."""
    for behavior in site.behaviors:
        found = [finding for o in site.targets(behavior) for finding in _host(site, behavior, o)]
        if not found:
            continue
        if not site.knows_policies(behavior):
            yield Unchecked(
                what=f"{site.at(behavior)}: whether it forwards the Host header",
                why="a policy that it names is not known",
            )
        elif sent_headers(behavior).takes("host"):
            yield from found


def _host(site: CheckedDistribution, behavior: CacheBehavior, origin: Origin) -> Iterator[Finding]:
    """The finding for an origin that needs its own name as Host and does not get it."""
    if is_bucket(origin):
        rule, kind = "S3-004", "a bucket"
        remedy = "Name no origin request policy, or CORS-S3Origin: neither forwards Host."
    elif is_api_gateway(origin) or is_function_url(origin):
        rule = "AG-001"
        kind = "an API of API Gateway" if is_api_gateway(origin) else "a function URL"
        remedy = "Name the origin request policy AllViewerExceptHostHeader."
    else:
        return
    function = behavior.function_for("origin-request")
    yield Finding(
        rule=rule,
        # A function may set Host, which only its code shows.
        severity=Severity.WARNING if function else Severity.ERROR,
        resource=site.at(behavior),
        message=f"It forwards the viewer's Host header to origin {origin.id!r}, {kind}, which "
        "returns "
        "403 for any host name but its own"
        + (", unless the function at origin-request sets it." if function else "."),
        remedy=remedy,
    )
