from __future__ import annotations

from typing import Any

import pytest

from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.managed_logging import policy_document
from localfront.check.findings import Severity
from tests.localfront.check.checking import (
    ROLE_ARN,
    a_role,
    evidence,
    finding,
    findings,
    logging_to,
    report,
    unchecked,
)

GROUPS = "arn:aws:logs:{}:123456789012:log-group:/aws/lambda/{}"


def with_role(**changes: Any) -> Evidence:
    return evidence(roles={ROLE_ARN: a_role(**changes)})


def trusting(**statement: Any) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    return {"Statement": [{**allow, **statement}]}


BOTH = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]


@pytest.mark.proves("LA-003")
@pytest.mark.parametrize(
    ("trust", "missing"),
    [
        (trusting(Principal={"Service": "lambda.amazonaws.com"}), "edgelambda"),
        (trusting(Principal={"Service": ["edgelambda.amazonaws.com"]}), "lambda"),
        (trusting(Principal={"AWS": "*"}), "lambda.amazonaws.com and edgelambda"),
        (trusting(Principal={"Service": BOTH}, Effect="Deny"), "lambda"),
        (trusting(Principal={"Service": BOTH}, Action="sts:TagSession"), "lambda"),
        ({"Statement": "junk"}, "lambda"),
    ],
)
def test_a_role_that_does_not_trust_both_services_is_found(
    trust: dict[str, Any], missing: str
) -> None:
    found = finding("LA-003", with_role(trust=trust))

    assert missing in found.message
    assert found.resource == ROLE_ARN


@pytest.mark.proves("LA-003")
@pytest.mark.parametrize("action", ["sts:AssumeRole", "sts:*", ["sts:AssumeRole"]])
def test_a_role_that_trusts_both_services_is_no_finding(action: object) -> None:
    trust = trusting(Principal={"Service": BOTH}, Action=action)

    assert findings("LA-003", with_role(trust=trust)) == ()


@pytest.mark.proves("LL-005")
@pytest.mark.parametrize(
    "resource",
    [
        GROUPS.format("us-east-1", "us-east-1.edge:*"),  # replicas run elsewhere
        GROUPS.format("*", "edge:*"),  # a replica's name begins with the home region
        [GROUPS.format("*", "us-east-1.edge")],  # the log group, but none of its streams
    ],
)
def test_a_role_that_cannot_log_in_the_replicas_regions_is_found(
    resource: str | list[str],
) -> None:
    found = finding("LL-005", with_role(policies=(logging_to(resource),)))

    assert "logs:PutLogEvents" in found.message
    assert found.severity is Severity.WARNING


@pytest.mark.proves("LL-005")
@pytest.mark.parametrize(
    "policy",
    [
        logging_to("*"),
        logging_to(
            [
                GROUPS.format("*", "us-east-1.edge"),
                GROUPS.format("*", "us-east-1.edge:*"),
            ]
        ),
        policy_document("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"),
    ],
)
def test_a_role_that_may_log_in_all_regions_is_no_finding(policy: dict[str, Any]) -> None:
    assert report(with_role(policies=(policy,))).findings == ()


def test_a_role_with_unknown_policies_causes_no_finding() -> None:
    facts = with_role(policies=(), complete=False)

    assert report(facts).findings == ()
    assert "whether it is allowed to write logs" in unchecked(facts)


def test_an_undescribed_role_causes_no_finding() -> None:
    facts = evidence(roles={})

    assert report(facts).findings == ()
    assert f"{ROLE_ARN} is not in the files or APIs that were read" in unchecked(facts)
