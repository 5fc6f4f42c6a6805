"""What the parsers refuse → findings, part by part, so that the first one does not end the reading."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from localfront.check.findings import Finding, Outcome, Severity, Unchecked
from localfront.errors import ConfigError, UnknownFieldError

Given = ParamSpec("Given")
Parsed = TypeVar("Parsed")

ITEM = re.compile(r"\(([A-Z][A-Z0-9]-\d{3})")
FORM = "CONFIG"  # what the CloudFront API takes at all, which is no item of its own


@dataclass(frozen=True, slots=True)
class Attempts:
    """Parses parts one by one, and keeps what was refused."""

    outcomes: list[Outcome] = field(default_factory=list)

    def to(
        self,
        resource: str,
        parse: Callable[Given, Parsed],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Parsed | None:
        """What the parser makes of what it is given; None where it refused, which is a finding then."""
        try:
            return parse(*given, **named)
        except ConfigError as error:
            finding = refusal(error, resource)
            if finding not in self.outcomes:
                self.outcomes.append(finding)
            return None

    def left_out(self, what: str, why: str) -> None:
        self.outcomes.append(Unchecked(what=what, why=why))


def refusal(error: ConfigError, resource: str) -> Finding:
    """The way out is a message's last sentence."""
    text = str(error)
    told, _, way_out = text.rpartition(". ")
    items = ITEM.findall(text)
    return Finding(
        rule=items[-1] if items else FORM,
        severity=Severity.WARNING
        if isinstance(error, UnknownFieldError)
        else Severity.ERROR,
        resource=resource,
        message=f"{told}." if told else text,
        remedy=way_out,
    )
