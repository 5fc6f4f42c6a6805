"""The results of a check: findings, and what could not be checked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Severities, named like SARIF's levels."""

    ERROR = "error"  # AWS refuses it, or requests fail
    WARNING = "warning"  # a common mistake, or refused by one of AWS's pages
    NOTE = "note"  # worth knowing


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding. `rule` is the checklist's id; `resource` is where to look."""

    rule: str
    severity: Severity
    resource: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchecked:
    """A rule that could not be applied, because a fact is unknown."""

    what: str
    why: str


CheckResult = Finding | Unchecked
