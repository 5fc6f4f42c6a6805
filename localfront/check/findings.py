"""The results of a check: findings, and what could not be checked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """The names are SARIF's levels."""

    ERROR = "error"  # AWS refuses it, or requests fail
    WARNING = "warning"  # it commonly goes wrong, or is refused by one of AWS's texts
    NOTE = "note"  # worth knowing


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`rule` is an id of the checklist of CloudFront's behavior; `resource` is where to look."""

    rule: str
    severity: Severity
    resource: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchecked:
    """A rule that could not be applied, because a fact that it needs is unknown."""

    what: str
    why: str


CheckResult = Finding | Unchecked
