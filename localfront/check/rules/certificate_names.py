"""Rules for alternate domain names and their certificate.

Source: CloudFront Developer Guide, "Use custom URLs by adding alternate domain names (CNAMEs)"
(HO-007, HO-008).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.sites import CheckedDistribution
from localfront.check.findings import CheckResult, Finding, Severity, Unchecked


def check_certificate(site: CheckedDistribution, evidence: Evidence) -> Iterator[CheckResult]:
    """Check that the certificate covers every alias (HO-008)."""
    if not site.aliases:
        return
    names = evidence.certificates.get(site.id)
    if names is None:
        yield Unchecked(
            what=f"{site.name}: whether a certificate covers its aliases",
            why="the names of its certificate are not known",
        )
        return
    for alias in site.aliases:
        if not any(covers_name(name, alias) for name in names):
            yield Finding(
                rule="HO-008",
                severity=Severity.ERROR,
                resource=f"{site.name}, aliases",
                message=(
                    f"The certificate does not cover {alias}: it is for "
                    f"{', '.join(names) or 'no name'}."
                ),
                remedy=f"Request a certificate for {alias} from ACM in us-east-1, and use that.",
            )


def check_owners(sites: Sequence[CheckedDistribution]) -> Iterator[Finding]:
    """Check that no two distributions claim the same alias (HO-007)."""
    owners: dict[str, CheckedDistribution] = {}
    for site in sites:
        for alias in site.aliases:
            owner = owners.setdefault(alias, site)
            if owner is not site:
                yield Finding(
                    rule="HO-007",
                    severity=Severity.ERROR,
                    resource=f"{site.name}, aliases",
                    message=f"{alias} is an alias of {owner.name} as well.",
                    remedy="Remove it from one of them.",
                )


def covers_name(name: str, alias: str) -> bool:
    """Whether a certificate's name covers an alias; a wildcard matches one label."""
    if name.lower() == alias:
        return True
    first, _, rest = alias.partition(".")
    return name.startswith("*.") and bool(first) and name[2:].lower() == rest
