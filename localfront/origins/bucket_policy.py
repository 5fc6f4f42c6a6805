"""Evaluate S3 bucket policies for origin access control and origin access identities.

Emulators do not check bucket policies, so a site with a missing policy would get 403 only on AWS.
Evaluated: Effect, Principal, Action, Resource (with their Not- forms refused), and the conditions
in OPERATORS on CONDITION_KEYS. Unknown elements never allow and always deny.

Sources: CloudFront Developer Guide, "Restrict access to an Amazon S3 origin", with its section on
origin access identities (S3-001..003, S3-008); IAM
User Guide, "Policy evaluation logic" and "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localfront.http_messages.wildcards import fits

CLOUDFRONT = "cloudfront.amazonaws.com"
IDENTITY_ARN = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity"

CONDITION_KEYS = frozenset(
    {"aws:referer", "aws:securetransport", "aws:sourceaccount", "aws:sourcearn"} | {"aws:useragent"}
)
# By operator: whether the request's value matches the policy's. Both Arn operators are equal.
OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda wanted, actual: wanted == actual,
    "StringLike": fits,
    "ArnEquals": fits,
    "ArnLike": fits,
    "Bool": lambda wanted, actual: wanted.lower() == actual,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The caller of S3.

    CloudFront for a distribution or as an origin access identity, or anonymous (unsigned).

    `user_arn` and `canonical_user_id` are the two names of an identity.
    """

    service: str | None = None
    source_arn: str | None = None
    user_arn: str | None = None
    canonical_user_id: str | None = None
    secure: bool = True
    referer: str | None = None
    user_agent: str | None = None

    @property
    def context(self) -> Mapping[str, str]:
        """The condition keys, in lower case."""
        values = {"aws:securetransport": "true" if self.secure else "false"}
        for key, value in (
            ("aws:referer", self.referer),
            ("aws:useragent", self.user_agent),
        ):
            if value is not None:
                values[key] = value
        if self.source_arn is not None:
            values["aws:sourcearn"] = self.source_arn
            values["aws:sourceaccount"] = "".join(self.source_arn.split(":")[4:5])
        return values


def cloudfront(distribution_arn: str, *, secure: bool = True) -> Caller:
    return Caller(service=CLOUDFRONT, source_arn=distribution_arn, secure=secure)


def origin_access_identity(identity_id: str, canonical_user_id: str | None) -> Caller:
    return Caller(user_arn=f"{IDENTITY_ARN} {identity_id}", canonical_user_id=canonical_user_id)


def is_understood(policy: Mapping[str, Any]) -> bool:
    """Whether the evaluation is exact, not just conservative."""
    for statement in _list(policy.get("Statement")):
        if any(name.startswith("Not") for name in statement):
            return False
        for operator, keys in (statement.get("Condition") or {}).items():
            if operator not in OPERATORS:
                return False
            if not {key.lower() for key in keys} <= CONDITION_KEYS:
                return False
    return True


def readable(bucket: str) -> Mapping[str, Any]:
    """A policy that allows everybody to read objects, for a bucket without one."""
    return {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{bucket}/*",
            }
        ]
    }


def allows(policy: Mapping[str, Any] | None, *, caller: Caller, action: str, resource: str) -> bool:
    """Whether the policy allows an action ("s3:GetObject") on a resource (an ARN).

    Without a policy nothing is allowed; a Deny overrides every Allow.
    """
    if not isinstance(policy, Mapping):
        return False
    decisions = {
        _decision(statement, caller, action, resource)
        for statement in _list(policy.get("Statement"))
    }
    return "Allow" in decisions and "Deny" not in decisions


def _decision(statement: Any, caller: Caller, action: str, resource: str) -> str | None:
    """Allow, Deny, or None if the statement does not apply.

    S3 accepts no statement without an effect, so one here denies.
    """
    if not isinstance(statement, Mapping):
        return "Deny"
    effect = statement.get("Effect")
    if effect not in ("Allow", "Deny"):
        return "Deny"
    unknown = effect == "Deny"
    applies = _applies(statement, caller, action, resource, unknown=unknown)
    return str(effect) if applies else None


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
        _is_principal(statement["Principal"], caller, unknown=unknown)
        and _names(statement["Action"], action, unknown=unknown, cased=False)
        and _names(statement["Resource"], resource, unknown=unknown, cased=True)
        and _conditions_hold(statement.get("Condition") or {}, caller, unknown=unknown)
    )


def _is_principal(principal: Any, caller: Caller, *, unknown: bool) -> bool:
    if not isinstance(principal, Mapping):
        return principal == "*" or unknown
    named = {kind: _list(names) for kind, names in principal.items()}
    if "*" in named.get("AWS", []):
        return True
    return any(
        name is not None and name in named.get(kind, [])
        for kind, name in (
            ("Service", caller.service),
            ("AWS", caller.user_arn),
            ("CanonicalUser", caller.canonical_user_id),
        )
    )


def _names(patterns: Any, actual: str, *, unknown: bool, cased: bool) -> bool:
    """Whether one of the patterns matches; one unknown in a plan is null."""
    listed = _list(patterns)
    texts = [pattern for pattern in listed if isinstance(pattern, str)]
    if not cased:
        texts, actual = [pattern.lower() for pattern in texts], actual.lower()
    if any(fits(pattern, actual) for pattern in texts):
        return True
    return unknown and (len(texts) < len(listed) or patterns is None)


def _conditions_hold(conditions: Any, caller: Caller, *, unknown: bool) -> bool:
    if not isinstance(conditions, Mapping) or not all(
        isinstance(keys, Mapping) for keys in conditions.values()
    ):
        return unknown
    return all(
        _condition_holds(operator, key.lower(), _list(values), caller, unknown=unknown)
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _condition_holds(
    operator: str, key: str, values: list[Any], caller: Caller, *, unknown: bool
) -> bool:
    if operator not in OPERATORS or key not in CONDITION_KEYS:
        return unknown
    actual = caller.context.get(key)
    if actual is None:
        return False
    return any(OPERATORS[operator](str(value), actual) for value in values)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
