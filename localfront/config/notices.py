"""Notices: parts of a configuration that localfront cannot honour, logged at the start.

The policy: serve wherever the response is right. A part that cannot be honoured is a `Notice`, and
the rest is served; `--strict` refuses instead. A `ConfigError` is for settings that would silently
give wrong responses, and for those that CloudFront itself refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import ParamSpec, TypeVar

from localfront.errors import ConfigError

Given = ParamSpec("Given")
Parsed = TypeVar("Parsed")
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class NotHonoured:
    """A field's effect on AWS, and its effect here; both texts continue the field's name."""

    on_aws: str
    here: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice. `field` is the field's path, with the thing that it belongs to."""

    field: str
    on_aws: str
    here: str

    def __str__(self) -> str:
        return f"{self.field} {self.on_aws}. Here {self.here}."

    def of(self, label: str) -> Notice:
        """The notice, prefixed with a distribution or a file."""
        return replace(self, field=f"{label}: {self.field}")


@dataclass(frozen=True, slots=True)
class Refusals:
    """Collects ConfigErrors while parsing continues, to report all at once."""

    reasons: list[str] = field(default_factory=list)

    def of(
        self,
        parse: Callable[Given, Parsed],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Parsed | None:
        """Call a parser; None if it raised ConfigError, whose reasons are collected."""
        try:
            return parse(*given, **named)
        except ConfigError as error:
            self.reasons.extend(error.reasons)
            return None

    def of_each(
        self, parse: Callable[[Part], Parsed | None], parts: Iterable[Part] | None
    ) -> tuple[Parsed, ...]:
        """Call a parser for each part; the results of those that it accepts."""
        parsed = (self.of(parse, part) for part in parts or ())
        return tuple(value for value in parsed if value is not None)

    def end(self) -> None:
        """Raise ConfigError with all collected reasons, if any."""
        if self.reasons:
            raise ConfigError(*dict.fromkeys(self.reasons))


def refuse_all(notices: Iterable[Notice]) -> None:
    """Raise ConfigError if there is any notice (`--strict`)."""
    messages = [str(notice) for notice in notices]
    if messages:
        raise ConfigError(*(f"{text} Leave out --strict to serve the rest." for text in messages))
