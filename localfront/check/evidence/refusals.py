"""Collect parser errors as findings, part by part."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from localfront.check.findings import CheckResult, Finding, Severity, Unchecked
from localfront.config.fields import UNKNOWN_FIELD
from localfront.config.notices import Notice
from localfront.errors import ConfigError

Given = ParamSpec("Given")
Parsed = TypeVar("Parsed")

ITEM = re.compile(r"\(([A-Z][A-Z0-9]-\d{3})")
FORM = "CONFIG"  # errors of form, without a checklist id


@dataclass(frozen=True, slots=True)
class Attempts:
    """Parses parts one by one, and collects their errors."""

    outcomes: list[CheckResult] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def to(
        self,
        resource: str,
        parse: Callable[Given, Parsed],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Parsed | None:
        """Call a parser; None if it raised ConfigError, which becomes a finding."""
        try:
            return parse(*given, **named)
        except ConfigError as error:
            for reason in error.reasons:
                finding = refusal(reason, resource)
                if finding not in self.outcomes:
                    self.outcomes.append(finding)
            return None

    def add_notices(self, resource: str) -> None:
        """The parsers' notices; one for an unknown field is a finding."""
        for notice in dict.fromkeys(self.notices):
            if notice.on_aws == UNKNOWN_FIELD.on_aws:
                self.outcomes.append(_unknown_field(notice, resource))
            else:
                self.outcomes.append(unchecked(notice))

    def left_out(self, what: str, why: str) -> None:
        self.outcomes.append(Unchecked(what=what, why=why))


def unchecked(notice: Notice) -> Unchecked:
    return Unchecked(what=notice.field, why=f"it {notice.on_aws}; here {notice.here}")


def _unknown_field(notice: Notice, resource: str) -> Finding:
    return Finding(
        rule=FORM,
        severity=Severity.WARNING,
        resource=resource,
        message=f"{notice.field} {notice.on_aws}.",
        remedy="Correct its spelling, or leave it out.",
    )


def refusal(text: str, resource: str) -> Finding:
    """A finding for an error; its remedy is the message's last sentence."""
    message, _, remedy = text.rpartition(". ")
    items = ITEM.findall(text)
    return Finding(
        rule=items[-1] if items else FORM,
        severity=Severity.ERROR,
        resource=resource,
        message=f"{message}." if message else text,
        remedy=remedy,
    )
