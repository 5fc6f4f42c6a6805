"""Rules for function associations: Region, version, account and event.

Sources: CloudFront Developer Guide, "Restrictions on Lambda@Edge" (LA-001, LA-002) and
"Restrictions on all edge functions" (LA-004, LA-005, LA-010).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from localfront.check.evidence.associations import ARN, HOME_REGION
from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.sites import CheckedDistribution
from localfront.check.findings import CheckResult, Finding, Severity, Unchecked
from localfront.sources import placeholder_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A function associated with an event of a behavior."""

    at: str
    event_type: str
    arn: str


def uses(site: CheckedDistribution) -> Iterator[Use]:
    """The Lambda@Edge functions of a distribution, in the order of its behaviors."""
    for behavior in site.behaviors:
        for association in behavior.lambda_function_associations:
            yield Use(
                at=f"{site.at(behavior)}, {association.event_type}",
                event_type=association.event_type,
                arn=association.lambda_function_arn,
            )


def check_versions(site: CheckedDistribution, evidence: Evidence) -> Iterator[CheckResult]:
    """Check that functions are numbered versions in us-east-1 (LA-001, LA-002)."""
    for use in uses(site):
        match = ARN.fullmatch(use.arn)
        if match is None:
            yield _wrong(
                use,
                "LA-001",
                "is not an ARN of a function's version",
                "Write arn:aws:lambda:us-east-1:ACCOUNT:function:NAME:VERSION.",
            )
            continue
        version = match["version"]
        if version is None or not version.isdecimal():
            problem = f"names {version!r}" if version else "names no version"
            yield _wrong(
                use,
                "LA-001",
                f"{problem}, and Lambda@Edge runs only numbered versions",
                "Publish a version and put its number at the end; in Terraform, publish = true and "
                "qualified_arn.",
            )
        elif evidence.functions.get(use.arn, {}) is None:
            yield _wrong(
                use,
                "LA-001",
                "names a version that does not exist",
                "Publish it, or name one that exists.",
            )
        if match["region"] != HOME_REGION:
            yield _wrong(
                use,
                "LA-002",
                f"is in {match['region']}, and CloudFront accepts only functions of {HOME_REGION}",
                f"Create the function in {HOME_REGION}.",
            )


def check_accounts(site: CheckedDistribution, evidence: Evidence) -> Iterator[CheckResult]:
    """Check that functions belong to the distribution's account (LA-010)."""
    own = site.arn.split(":")[4] if site.arn.count(":") > 4 else ""
    for use in uses(site):
        match = ARN.fullmatch(use.arn)
        if match is None or match["account"] == own:
            continue
        if placeholder_ids.ACCOUNT in (own, match["account"]) or not own:
            yield Unchecked(
                what=f"{use.at}: whether the function belongs to the distribution's account",
                why="the account of one of them is not known",
            )
            continue
        yield _wrong(
            use,
            "LA-010",
            f"belongs to account {match['account']}, and the distribution to {own}",
            "Create the function in the distribution's account.",
        )


def _wrong(use: Use, rule: str, reason: str, remedy: str) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.ERROR,
        resource=use.at,
        message=f"LambdaFunctionARN {use.arn!r} {reason}.",
        remedy=remedy,
    )
