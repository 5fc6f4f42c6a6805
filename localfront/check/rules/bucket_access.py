"""Check that CloudFront may read each S3 origin.

Source: CloudFront Developer Guide, "Restrict access to an Amazon S3 origin" (S3-002).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localfront.check.evidence.evidence import Evidence
from localfront.check.evidence.policy_documents import is_well_formed, statements, texts
from localfront.check.evidence.sites import CheckedDistribution
from localfront.check.findings import CheckResult, Finding, Severity, Unchecked
from localfront.config.distribution import Origin
from localfront.origins.aws_names import S3_NAME
from localfront.origins.bucket_policy import (
    CONDITION_KEYS,
    OPERATORS,
    Caller,
    allows,
    cloudfront,
    origin_access_identity,
)
from localfront.sources import placeholder_ids
from localfront.sources.description import Raw

READ = "s3:GetObject"


def check_buckets(site: CheckedDistribution, evidence: Evidence) -> Iterator[CheckResult]:
    """Check that each bucket's policy lets CloudFront read it (S3-002)."""
    for origin in site.origins:
        match = S3_NAME.fullmatch(origin.domain_name)
        caller = _caller(site, origin)
        if match is None or caller is None:
            continue
        bucket, at = match["bucket"], f"{site.name}, origin {origin.id!r}"
        policy = evidence.bucket_policies.get(bucket, {})
        if policy == {}:
            yield _unchecked(at, bucket, "the bucket's policy is not known")
        elif policy is not None and not is_well_formed(policy):
            yield _unchecked(at, bucket, "its policy does not have the structure of a policy")
        elif not _may_read(policy, caller, bucket):
            if policy is not None and not _is_understood(policy, caller):
                yield _unchecked(at, bucket, "its policy has conditions that only AWS evaluates")
                continue
            bucket_name = evidence.label(bucket)
            problem = (
                f"The policy of bucket {bucket_name} does not allow CloudFront to read it"
                if policy is not None
                else f"Bucket {bucket_name} has no policy"
            )
            yield Finding(
                rule="S3-002",
                severity=Severity.ERROR,
                resource=at,
                message=f"{problem}: S3 returns 403 for every request of this distribution.",
                remedy=_remedy(site, caller, bucket),
            )


def _caller(site: CheckedDistribution, origin: Origin) -> Caller | None:
    """The caller in requests to S3; None if they are not signed, or it is unknown."""
    if origin.origin_access_control in ("always", "no-override"):
        is_known = not _control_ids(site, origin) & site.unknown_access_controls
        return cloudfront(site.arn) if is_known else None
    if origin.origin_access_identity is not None:
        return origin_access_identity(origin.origin_access_identity, origin.s3_canonical_user_id)
    return None


def _control_ids(site: CheckedDistribution, origin: Origin) -> set[str]:
    items: Any = site.config.get("Origins", {}).get("Items") or []
    return {str(raw.get("OriginAccessControlId")) for raw in items if raw.get("Id") == origin.id}


def _may_read(policy: Raw | None, caller: Caller, bucket: str) -> bool:
    """Whether any object may be read: a policy may cover only a part of the bucket."""
    keys = {f"arn:aws:s3:::{bucket}/index.html"}
    for statement in statements(policy or {}):
        for resource in texts(statement.get("Resource")):
            if f":::{bucket}/" in resource:
                keys.add(resource.replace("*", "x").replace("?", "x"))
    return any(allows(policy, caller=caller, action=READ, resource=key) for key in keys)


def _is_understood(policy: Raw, caller: Caller) -> bool:
    """Whether the policy's evaluation is exact, not just conservative."""
    for statement in statements(policy):
        if any(name.startswith("Not") for name in statement):
            return False
        for operator, keys in (statement.get("Condition") or {}).items():
            if operator not in OPERATORS or not {key.lower() for key in keys} <= CONDITION_KEYS:
                return False
        named = statement.get("Principal")
        if (
            caller.service is None
            and caller.canonical_user_id is None
            and isinstance(named, dict)
            and "CanonicalUser" in named
        ):
            return False
    return True


def _remedy(site: CheckedDistribution, caller: Caller, bucket: str) -> str:
    allowed = f"Allow {READ} on arn:aws:s3:::{bucket}/* to"
    if caller.service is None:
        return f"{allowed} the principal {caller.user_arn}."
    own = f":{placeholder_ids.ACCOUNT}:"
    arn = "the distribution's ARN" if own in site.arn else site.arn
    return f"{allowed} the service {caller.service}, where AWS:SourceArn equals {arn}."


def _unchecked(at: str, bucket: str, reason: str) -> Unchecked:
    return Unchecked(what=f"{at}: whether CloudFront may read bucket {bucket}", why=reason)
