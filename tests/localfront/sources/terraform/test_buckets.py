"""Bucket policies, composed from a plan."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from localfront.origins.bucket_policy import Caller, allows, cloudfront, is_understood
from tests.localfront.sources.plans import configured, document

OBJECT = "arn:aws:s3:::b/a"


def with_conditions(changes: dict[str, Any]) -> dict[str, Any]:
    """A plan whose policy documents have one more condition in each statement."""
    plan = copy.deepcopy(document("modules-plan"))
    changed = 0
    for part in _dicts(plan):
        if part.get("type") == "aws_iam_policy_document" and "values" in part:
            for statement in part["values"].get("statement") or []:
                condition = {"test": "StringEquals", "variable": "a", "values": ["b"]}
                statement["condition"] = [{**condition, **changes}]
                changed += 1
    assert changed
    return plan


def _dicts(value: Any) -> Any:
    if isinstance(value, dict):
        yield value
    for member in value.values() if isinstance(value, dict) else value:
        if isinstance(member, dict | list):
            yield from _dicts(member)


@pytest.mark.parametrize("changes", [{"variable": None}, {"test": None}, {"variable": 1}])
def test_a_condition_without_a_name_allows_no_access(changes: dict[str, Any]) -> None:
    policies = configured(with_conditions(changes)).bucket_policies

    assert policies
    for policy in policies.values():
        assert policy is not None
        assert not is_understood(policy)
        for caller in (Caller(), cloudfront("arn:aws:cloudfront::1:distribution/E1")):
            assert not allows(policy, caller=caller, action="s3:GetObject", resource=OBJECT)
