"""The facts for a check besides distributions: functions, roles, buckets and certificates.

Anything else is unknown, and no rule may guess it.

Sources: Lambda API Reference, FunctionConfiguration; IAM API Reference, Role; S3 API Reference,
GetBucketPolicy; ACM API Reference, CertificateDetail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from localfront.check.findings import CheckResult
from localfront.sources.description import Raw


def _empty() -> Any:
    return field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """An execution role: its trust policy, and its permission policies.

    `trust` is None if unknown; `complete` says that there are no other policies.
    """

    trust: Raw | None = None
    policies: tuple[Raw, ...] = ()
    complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The facts for a check.

    `functions` maps version ARNs to FunctionConfigurations, or None for one that does not exist;
    their `Role` is a key of `roles`. `bucket_policies` is keyed by bucket, None for none.
    `certificates` maps distribution ids to the names that the certificate covers. `labels` maps
    names here to those in the source. `outcomes` are findings, and facts that could not be read.
    """

    today: date
    functions: Mapping[str, Raw | None] = _empty()
    roles: Mapping[str, Role] = _empty()
    bucket_policies: Mapping[str, Raw | None] = _empty()
    certificates: Mapping[str, tuple[str, ...]] = _empty()
    labels: Mapping[str, str] = _empty()
    outcomes: tuple[CheckResult, ...] = ()

    def label(self, name: str) -> str:
        return self.labels.get(name, name)
