"""Rules for the execution roles of Lambda@Edge functions.

Source: CloudFront Developer Guide, "Set up IAM permissions and roles for Lambda@Edge" (LA-003,
LL-005) and "Edge function logs": a replica writes to the log group /aws/lambda/us-east-1.NAME in
the Region where it runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from localfront.check.evidence.associations import ARN, HOME_REGION
from localfront.check.evidence.evidence import Evidence, Role
from localfront.check.evidence.policy_documents import statements, texts
from localfront.check.evidence.sites import CheckedDistribution
from localfront.check.findings import CheckResult, Finding, Severity, Unchecked
from localfront.check.rules.associations import uses
from localfront.http_messages.wildcards import fits
from localfront.sources.description import Raw

PRINCIPALS = ("lambda.amazonaws.com", "edgelambda.amazonaws.com")
LOG_ACTIONS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
ELSEWHERE = "eu-central-1"  # any Region other than the function's


def check_roles(site: CheckedDistribution, evidence: Evidence) -> Iterator[CheckResult]:
    """Check each function's execution role: trust and logging permissions (LA-003, LL-005)."""
    for arn in dict.fromkeys(use.arn for use in uses(site)):
        config, match = evidence.functions.get(arn), ARN.fullmatch(arn)
        if not config or match is None:
            continue
        name = evidence.label(arn)
        role_name = config.get("Role")
        role = evidence.roles.get(str(role_name))
        if role is None:
            yield Unchecked(
                what=f"{name}: its role",
                why=f"{role_name or 'it'} is not in the files or APIs that were read",
            )
            continue
        at = evidence.label(str(role_name))
        yield from _trust(at, role)
        yield from _logs(at, role, match["account"], match["name"])


def _trust(at: str, role: Role) -> Iterator[CheckResult]:
    if role.trust is None:
        yield Unchecked(
            what=f"{at}: who may assume it",
            why="its assume role policy is not known",
        )
        return
    missing = [p for p in PRINCIPALS if not _may_assume(role.trust, p)]
    if missing:
        yield Finding(
            rule="LA-003",
            severity=Severity.ERROR,
            resource=at,
            message=f"Its trust policy does not let {' and '.join(missing)} assume it.",
            remedy="Allow sts:AssumeRole to the services "
            "lambda.amazonaws.com and edgelambda.amazonaws.com.",
        )


def _may_assume(trust: Raw, principal: str) -> bool:
    return any(
        statement.get("Effect") == "Allow"
        and principal in texts(_services(statement))
        and any(fits(action, "sts:AssumeRole") for action in texts(statement.get("Action")))
        for statement in statements(trust)
    )


def _services(statement: Raw) -> Any:
    principal = statement.get("Principal")
    return principal.get("Service") if isinstance(principal, Mapping) else None


def _logs(at: str, role: Role, account: str, function: str) -> Iterator[CheckResult]:
    """Whether the role allows writing logs; conditions and denials are ignored."""
    group = f"arn:aws:logs:{ELSEWHERE}:{account}:log-group:/aws/lambda/{HOME_REGION}.{function}"
    missing = [a for a in LOG_ACTIONS if not _may_log(role.policies, a, group)]
    if missing and not role.complete:
        yield Unchecked(
            what=f"{at}: whether it is allowed to write logs",
            why="not all of its policies are known",
        )
    elif missing:
        yield Finding(
            rule="LL-005",
            severity=Severity.WARNING,
            resource=at,
            message=f"It does not allow {', '.join(missing)} on the log groups of the function's "
            f"replicas, /aws/lambda/{HOME_REGION}.{function} in the Region where each runs: "
            "nothing will be logged there.",
            remedy="Attach AWSLambdaBasicExecutionRole, or allow the three actions on "
            f"arn:aws:logs:*:ACCOUNT:log-group:/aws/lambda/{HOME_REGION}.{function} and the same "
            "with `:*`.",
        )


def _may_log(policies: tuple[Raw, ...], action: str, group: str) -> bool:
    resources = (
        (group, f"{group}:*") if action == "logs:CreateLogGroup" else (f"{group}:log-stream:name",)
    )
    return any(
        statement.get("Effect") == "Allow"
        and any(fits(a.lower(), action.lower()) for a in texts(statement.get("Action")))
        and any(
            fits(allowed, wanted)
            for allowed in texts(statement.get("Resource"))
            for wanted in resources
        )
        for policy in policies
        for statement in statements(policy)
    )
