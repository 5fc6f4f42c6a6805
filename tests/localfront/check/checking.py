"""A site without findings, and the findings after a change to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from localfront.check.evidence.evidence import Evidence, Role
from localfront.check.findings import Finding
from localfront.check.rules.all_rules import Report, check
from localfront.sources.description import Description
from tests.localfront.emulated import READABLE
from tests.localfront.factories import (
    DISTRIBUTION_ID,
    EDGE_ARN,
    HOST,
    a_behavior_description,
    a_distribution_description,
    listing,
)

TODAY = date(2026, 11, 24)
ROLE_ARN = "arn:aws:iam::123456789012:role/edge"
ALL_METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE")
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]},
        }
    ],
}


def logging_to(resource: str | list[str]) -> dict[str, Any]:
    actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def a_function(**changes: Any) -> dict[str, Any]:
    """A FunctionConfiguration that Lambda@Edge accepts."""
    return {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "MemorySize": 128,
        "Timeout": 5,
        "CodeSize": 4096,
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "Role": ROLE_ARN,
        **changes,
    }


def a_role(**changes: Any) -> Role:
    role = Role(trust=TRUST, policies=(logging_to("*"),), complete=True)
    return replace(role, **changes)


def evidence(**changes: Any) -> Evidence:
    facts = Evidence(
        today=TODAY,
        functions={EDGE_ARN: a_function()},
        roles={ROLE_ARN: a_role()},
        bucket_policies={"pages": {"Statement": [READABLE]}},
        certificates={DISTRIBUTION_ID: (HOST,)},
    )
    return replace(facts, **changes)


def at_edge(event_type: str = "viewer-request", **changes: Any) -> dict[str, Any]:
    association = {"EventType": event_type, "LambdaFunctionARN": EDGE_ARN, **changes}
    return {"LambdaFunctionAssociations": listing(association)}


def methods(*allowed: str) -> dict[str, Any]:
    cached = listing("HEAD", "GET")
    return {"AllowedMethods": {**listing(*allowed), "CachedMethods": cached}}


def api(**changes: Any) -> dict[str, Any]:
    """A behavior as AWS recommends for an API (AG-003)."""
    return a_behavior_description(
        **{
            "PathPattern": "/api/*",
            "TargetOriginId": "api",
            "CachePolicyId": CACHING_DISABLED,
            "OriginRequestPolicyId": ALL_VIEWER_EXCEPT_HOST,
            **methods(*ALL_METHODS),
            **changes,
        }
    )


def described(**config: Any) -> Description:
    """A bucket whose pages a function guards, and an API."""
    given = {
        "DefaultCacheBehavior": a_behavior_description(**at_edge()),
        "CacheBehaviors": listing(api()),
        **config,
    }
    return Description(
        distributions=(a_distribution_description(**given),),
        origin_access_controls={"E2QWRUHAPOMQZL": {"SigningBehavior": "always"}},
    )


def report(facts: Evidence | None = None, **config: Any) -> Report:
    return check(described(**config), facts or evidence())


def findings(rule: str, facts: Evidence | None = None, **config: Any) -> tuple[Finding, ...]:
    """A rule's findings in the clean site with these changes."""
    return tuple(f for f in report(facts, **config).findings if f.rule == rule)


def finding(rule: str, facts: Evidence | None = None, **config: Any) -> Finding:
    (only,) = findings(rule, facts, **config)
    return only


def unchecked(facts: Evidence | None = None, **config: Any) -> str:
    """The outcomes that were not checked, with reasons, one line each."""
    return "\n".join(f"{u.what}: {u.why}" for u in report(facts, **config).unchecked)
