"""All rules, and the report of applying them to a description."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.reading import read_site
from localfront.check.evidence.refusals import FORM, unchecked
from localfront.check.evidence.sites import CheckedDistribution
from localfront.check.findings import CheckResult, Finding, Severity, Unchecked
from localfront.check.rules.api_cookies import check_apis
from localfront.check.rules.associations import check_accounts, check_versions
from localfront.check.rules.bucket_access import check_buckets
from localfront.check.rules.certificate_names import check_certificate, check_owners
from localfront.check.rules.error_pages import check_error_pages
from localfront.check.rules.function_code import check_function_code
from localfront.check.rules.function_settings import check_settings
from localfront.check.rules.hosts import check_hosts
from localfront.check.rules.reachability import check_reachability
from localfront.check.rules.roles import check_roles
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
)


@dataclass(frozen=True, slots=True)
class Rule:
    """An item of the checklist, the worst that a finding of it is, and what it looks for."""

    id: str
    severity: Severity
    title: str


E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE
RULES = tuple(
    Rule(*row)
    for row in (
        ("LA-001", E, "A function is named without a number of a version that exists"),
        ("LA-002", E, "A function is in another Region than us-east-1"),
        ("LA-003", E, "A function's role does not trust lambda and edgelambda"),
        ("LA-004", E, "A behavior has two functions at one event"),
        ("LA-005", E, "A behavior has functions of both kinds at its viewer events"),
        ("LA-006", E, "A function has environment variables"),
        ("LA-007", E, "A function has layers, a VPC, a dead letter queue, X-Ray, a container image or arm64"),
        ("LA-008", E, "A function has more than 512 MB of ephemeral storage"),
        ("LA-009", E, "A function's runtime is deprecated, or none of Lambda@Edge's"),
        ("LA-010", E, "A function is of another account than the distribution"),
        ("LA-013", E, "A body is asked for at a response event"),
        ("LA-017", E, "A function's time-out is over 30 s; at viewer events over 5 s, the older limit"),
        ("LA-018", E, "A function's archive is over 50 MB; at viewer events over 1 MB, the older limit"),
        ("LA-019", E, "A function's memory is over 10,240 MB; at viewer events over 128 MB, the older limit"),
        ("LL-005", W, "A function's role may not write its logs in every Region"),
        ("S3-002", E, "A bucket's policy does not let CloudFront read it"),
        ("S3-004", E, "The viewer's Host header goes to a bucket"),
        ("AG-001", E, "The viewer's Host header goes to API Gateway or a function URL"),
        ("AG-005", W, "An API that takes log-ins gets neither cookies nor Authorization"),
        ("CA-016", N, "Answers of an API are cached although it forbids it"),
        ("CA-023", W, "Answers of an API are cached with their Set-Cookie"),
        ("ER-010", W, "An error page with status 200 hides the errors of an API"),
        ("ER-012", W, "An error page is served without the function of its behavior"),
        ("ER-013", W, "A refused method shows a page that a function guards"),
        ("RT-001", W, "A behavior is never reached"),
        ("FN-013", E, "A CloudFront Function does not parse"),
        ("FN-015", E, "A CloudFront Function has more than 10 KB of code"),
        ("FN-025", E, "A CloudFront Function is other JavaScript than its runtime's"),
        ("HO-007", E, "An alias is on two distributions"),
        ("HO-008", E, "An alias is not covered by the certificate"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is wrong, the worst first, and what could not be checked. `ignored_nothing` are ids that were
    to be left out, and are neither a rule nor of any finding.
    """

    distributions: int
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]
    ignored_nothing: tuple[str, ...] = ()

    def fails(self, *, strict: bool) -> bool:
        failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        return any(finding.severity in failing for finding in self.findings)


def check(description: Description, evidence: Evidence, *, ignore: Iterable[str] = ()) -> Report:
    """All that the rules say, without the rules of these ids. Raises ConfigError for a distribution
    that has no configuration at all.
    """
    outcomes: list[CheckResult] = [
        *evidence.outcomes,
        *map(unchecked, description.notices),
    ]
    sites = []
    for raw in description.distributions:
        site, refused = read_site(raw, description)
        sites.append(site)
        outcomes += refused
        outcomes += [outcome for rule in CHECKS for outcome in rule(site, evidence)]
    outcomes += check_owners(sites)
    outcomes += check_function_code(description)
    ignored = frozenset(ignore)
    all_findings = [o for o in dict.fromkeys(outcomes) if isinstance(o, Finding)]
    findings = [f for f in all_findings if f.rule not in ignored]
    known = {rule.id for rule in RULES} | {f.rule for f in all_findings}
    order = list(Severity)
    return Report(
        distributions=len(sites),
        findings=tuple(sorted(findings, key=lambda f: order.index(f.severity))),
        unchecked=tuple(o for o in dict.fromkeys(outcomes) if isinstance(o, Unchecked)),
        ignored_nothing=tuple(sorted(ignored - known - {FORM})),
    )
