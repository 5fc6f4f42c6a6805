"""May CloudFront read this object? S3 bucket policies, as far as origin access control needs them.

Emulators do not check bucket policies, and a site that forgets its policy answers 403 on AWS alone.
Evaluated: Effect, Principal, Action, Resource (with their Not- forms refused), and the conditions
in OPERATORS on the keys that CloudFront's requests have. What is not understood never allows and
always denies.

Sources: CloudFront Developer Guide, "Restrict access to an Amazon S3 origin" (S3-001..003); IAM
User Guide, "Policy evaluation logic" and "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CLOUDFRONT = "cloudfront.amazonaws.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks S3: CloudFront on behalf of a distribution, or nobody (an unsigned request)."""

    service: str | None = None
    source_arn: str | None = None
    secure: bool = True

    @property
    def context(self) -> Mapping[str, str]:
        """Condition keys in lower case."""
        known = {"aws:securetransport": "true" if self.secure else "false"}
        if self.source_arn is not None:
            known["aws:sourcearn"] = self.source_arn
            known["aws:sourceaccount"] = self.source_arn.split(":")[4]
        return known


ANONYMOUS = Caller()


def cloudfront(distribution_arn: str, *, secure: bool = True) -> Caller:
    return Caller(service=CLOUDFRONT, source_arn=distribution_arn, secure=secure)


def allows(
    policy: Mapping[str, Any] | None, *, caller: Caller, action: str, resource: str
) -> bool:
    """Whether the policy lets the caller do an action ("s3:GetObject") on a resource (an ARN).

    No policy allows nothing; a Deny wins over every Allow.
    """
    if policy is None:
        return False
    statements = _list(policy.get("Statement"))
    decisions = [
        s["Effect"]
        for s in statements
        if _applies(s, caller, action, resource, unknown=s["Effect"] == "Deny")
    ]
    return "Allow" in decisions and "Deny" not in decisions


def _applies(
    statement: Mapping[str, Any],
    caller: Caller,
    action: str,
    resource: str,
    *,
    unknown: bool,
) -> bool:
    if not {"Principal", "Action", "Resource"} <= statement.keys():
        return unknown  # NotPrincipal, NotAction, NotResource
    return (
        _is_principal(statement["Principal"], caller)
        and any(_like(a.lower(), action.lower()) for a in _list(statement["Action"]))
        and any(_like(r, resource) for r in _list(statement["Resource"]))
        and _conditions_hold(statement.get("Condition") or {}, caller, unknown=unknown)
    )


def _is_principal(principal: Any, caller: Caller) -> bool:
    if principal == "*":
        return True
    named = {kind: _list(names) for kind, names in principal.items()}
    if "*" in named.get("AWS", []):
        return True
    return caller.service is not None and caller.service in named.get("Service", [])


def _conditions_hold(
    conditions: Mapping[str, Mapping[str, Any]], caller: Caller, *, unknown: bool
) -> bool:
    return all(
        _condition_holds(operator, key.lower(), _list(values), caller, unknown=unknown)
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _condition_holds(
    operator: str, key: str, values: list[Any], caller: Caller, *, unknown: bool
) -> bool:
    wanted = [
        str(value).lower() if operator == "Bool" else str(value) for value in values
    ]
    actual = caller.context.get(key)
    match operator:
        case "StringEquals" | "ArnEquals" | "ArnLike" | "StringLike" | "Bool" if (
            actual is None
        ):
            return False
        case "StringEquals" | "Bool":
            return actual in wanted
        case (
            "StringLike" | "ArnLike" | "ArnEquals"
        ):  # IAM: the two Arn forms are the same
            return any(_like(pattern, str(actual)) for pattern in wanted)
        case _:
            return unknown


def _like(pattern: str, value: str) -> bool:
    body = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(body, value, re.DOTALL) is not None


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
