"""What a check says: findings, and what could not be checked."""

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
    """A fact that a rule needs and that is not known, so that the rule says nothing."""

    what: str
    why: str


CheckResult = Finding | Unchecked
