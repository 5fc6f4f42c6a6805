"""Everything a check knows besides the distributions: functions, roles, buckets and certificates.

What is not in here is not known, and no rule may guess it.

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
    """An execution role: who may assume it, and the documents of its policies.

    `trust` is None where it is not known; `complete` says that there are no more policies.
    """

    trust: Raw | None = None
    policies: tuple[Raw, ...] = ()
    complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`functions` are FunctionConfigurations by the version's ARN, None for one that does not exist;
    their `Role` is a key of `roles`. `bucket_policies` are by bucket, None where there is none.
    `certificates` are the names that a distribution's certificate covers, by the distribution's id.
    `labels` are what things are called where they are written, by the names they have here.
    `outcomes` are what was found, or could not be learned, on the way.
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
