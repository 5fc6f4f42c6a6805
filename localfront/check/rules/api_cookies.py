"""Rules for APIs with a log-in: cookies and caching.

Source: CloudFront Developer Guide, "Cache content based on cookies" (AG-005, CA-023, CA-024) and
"Manage how long content stays in the cache" (CA-016).
"""

from __future__ import annotations

from collections.abc import Iterator

from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.sites import (
    LOGIN_METHODS,
    CheckedDistribution,
    sent_cookies,
    sent_headers,
)
from localfront.check.findings import CheckResult, Finding, Severity, Unchecked
from localfront.config.distribution import CacheBehavior


def check_apis(site: CheckedDistribution, evidence: Evidence) -> Iterator[CheckResult]:
    """Check that an API's cookies and headers are neither dropped nor cached (AG-005, CA-023, CA-016)."""
    for behavior in site.behaviors:
        if not (site.goes_to_api(behavior) and behavior.allowed_methods & LOGIN_METHODS):
            continue
        if not site.knows_policies(behavior):
            yield Unchecked(
                what=f"{site.at(behavior)}: its cookies and its caching",
                why="a policy that it names is not known",
            )
            continue
        yield from _login(site, behavior)
        yield from _caching(site, behavior)


def _login(site: CheckedDistribution, behavior: CacheBehavior) -> Iterator[Finding]:
    """Check an API's login; one that gets Authorization needs no cookies."""
    forwards = sent_cookies(behavior).takes_any or sent_headers(behavior).takes("authorization")
    if not forwards:
        yield Finding(
            rule="AG-005",
            severity=Severity.WARNING,
            resource=site.at(behavior),
            message="It forwards neither cookies nor Authorization to the API, and removes "
            "Set-Cookie "
            "from its responses: nobody can log in through it.",
            remedy="Name the origin request policy AllViewerExceptHostHeader, or one that forwards "
            "the session's cookie.",
        )


def _caching(site: CheckedDistribution, behavior: CacheBehavior) -> Iterator[Finding]:
    policy = behavior.cache_policy
    if sent_cookies(behavior).takes_any and policy.default_ttl > 0:
        yield Finding(
            rule="CA-023",
            severity=Severity.WARNING,
            resource=site.at(behavior),
            message=(
                f"It forwards cookies and caches responses for {policy.default_ttl} s unless "
                "the API says otherwise: a Set-Cookie is stored with its response and sent to "
                "everybody who gets that from the cache."
            ),
            remedy="Name the cache policy CachingDisabled.",
        )
    if policy.min_ttl > 0:
        yield Finding(
            rule="CA-016",
            severity=Severity.NOTE,
            resource=site.at(behavior),
            message=f"Its minimum TTL is {policy.min_ttl} s: responses that the API marks as "
            "no-store or "
            "private are cached and served to others for that long.",
            remedy="Name a cache policy whose minimum TTL is 0, such as CachingDisabled.",
        )
