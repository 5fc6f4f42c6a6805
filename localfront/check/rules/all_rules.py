"""Apply all rules to a description."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.reading import read_site
from localfront.check.evidence.refusals import FORM, refusal, unchecked
from localfront.check.evidence.sites import CheckedDistribution
from localfront.check.findings import CheckResult, Finding, Severity, Unchecked
from localfront.check.rules.api_cookies import check_apis
from localfront.check.rules.associations import check_accounts, check_versions
from localfront.check.rules.behavior_settings import check_behaviors
from localfront.check.rules.bucket_access import check_buckets
from localfront.check.rules.catalogue import RULES
from localfront.check.rules.certificate_names import check_certificate, check_owners
from localfront.check.rules.distribution_settings import check_distribution
from localfront.check.rules.error_pages import check_error_pages
from localfront.check.rules.function_code import check_function_code
from localfront.check.rules.function_settings import check_settings
from localfront.check.rules.hosts import check_hosts
from localfront.check.rules.origin_settings import check_origins
from localfront.check.rules.policies import check_policies
from localfront.check.rules.reachability import check_reachability
from localfront.check.rules.roles import check_roles
from localfront.sources.configuration import refused
from localfront.sources.description import Description

CHECKS: tuple[Callable[[CheckedDistribution, Evidence], Iterator[CheckResult]], ...] = (
    check_versions,
    check_accounts,
    check_settings,
    check_roles,
    check_buckets,
    check_hosts,
    check_apis,
    check_error_pages,
    check_reachability,
    check_certificate,
    check_origins,
    check_distribution,
    check_behaviors,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Findings, worst first, and what could not be checked.

    `ignored_nothing` are ignored ids that match neither a rule nor a finding.
    """

    distributions: int
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]
    ignored_nothing: tuple[str, ...] = ()

    def fails(self, *, strict: bool) -> bool:
        failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        return any(finding.severity in failing for finding in self.findings)


def check(description: Description, evidence: Evidence, *, ignore: Iterable[str] = ()) -> Report:
    """Apply the rules, except those with ignored ids.

    Raises ConfigError for a distribution that has no configuration at all.
    """
    outcomes: list[CheckResult] = [
        *evidence.outcomes,
        *map(unchecked, description.notices),
    ]
    sites = []
    for raw in description.distributions:
        site, found = read_site(raw, description)
        sites.append(site)
        outcomes += found
        outcomes += [outcome for rule in CHECKS for outcome in rule(site, evidence)]
    outcomes += check_owners(sites)
    outcomes += check_policies(description)
    outcomes += check_function_code(description)
    if not any(isinstance(o, Finding) and o.severity is Severity.ERROR for o in outcomes):
        outcomes += map(_refused_by_serve, refused(description))
    ignored = frozenset(ignore)
    all_findings = [o for o in dict.fromkeys(outcomes) if isinstance(o, Finding)]
    findings = [f for f in all_findings if f.rule not in ignored]
    rule_ids = {rule.id for rule in RULES} | {f.rule for f in all_findings}
    order = list(Severity)
    return Report(
        distributions=len(sites),
        findings=tuple(sorted(findings, key=lambda f: order.index(f.severity))),
        unchecked=tuple(o for o in dict.fromkeys(outcomes) if isinstance(o, Unchecked)),
        ignored_nothing=tuple(sorted(ignored - rule_ids - {FORM})),
    )


def _refused_by_serve(reason: str) -> Finding:
    """Errors that `serve` would raise and no finding covers: nothing that it refuses passes."""
    return refusal(reason, "the configuration")
