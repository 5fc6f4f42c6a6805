"""A rule for behaviors that no request reaches.

Source: CloudFront Developer Guide, "Cache behavior settings", path pattern: the first match wins
(RT-001).
"""

from __future__ import annotations

from collections.abc import Iterator

from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.sites import CheckedDistribution
from localfront.check.findings import CheckResult, Finding, Severity
from localfront.check.rules.patterns import covers


def check_reachability(site: CheckedDistribution, evidence: Evidence) -> Iterator[CheckResult]:
    """Find behaviors that no request can reach, because an earlier one matches first (RT-001)."""
    for place, behavior in enumerate(site.behaviors):
        pattern = behavior.path_pattern
        earlier = site.behaviors[:place]
        before = next((b for b in earlier if covers(b.path_pattern, pattern)), None)
        if before is not None:
            yield Finding(
                rule="RT-001",
                severity=Severity.WARNING,
                resource=site.at(behavior),
                message=f"No request reaches it: {before.path_pattern!r}, which comes first, "
                f"matches every path that {pattern!r} does.",
                remedy="Move it before the other, or remove it.",
            )
