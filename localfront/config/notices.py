"""Notices: the parts of a configuration that localfront can't honour, logged at the start.

The policy: serve wherever the answer is right. A part that can't be honoured is a `Notice`, and the
rest is served; `--strict` refuses what would be told. A `ConfigError` is for what would silently be
answered wrongly, and for what CloudFront itself refuses.
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
    """What a field means on AWS, and what happens here instead: both go on from the field's name."""

    on_aws: str
    here: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`field` is where it is written, with the thing that it belongs to."""

    field: str
    on_aws: str
    here: str

    def __str__(self) -> str:
        return f"{self.field} {self.on_aws}. Here {self.here}."

    def of(self, label: str) -> Notice:
        """The same, of a distribution or a file."""
        return replace(self, field=f"{label}: {self.field}")


@dataclass(frozen=True, slots=True)
class Refusals:
    """Collects ConfigErrors while parsing goes on, so that all of them are reported at once."""

    reasons: list[str] = field(default_factory=list)

    def of(
        self,
        parse: Callable[Given, Parsed],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Parsed | None:
        """Call a parser; None if it raised ConfigError, whose reasons are kept."""
        try:
            return parse(*given, **named)
        except ConfigError as error:
            self.reasons.extend(error.reasons)
            return None

    def of_each(
        self, parse: Callable[[Part], Parsed | None], parts: Iterable[Part] | None
    ) -> tuple[Parsed, ...]:
        """What the parser makes of those parts that it does not refuse."""
        made = (self.of(parse, part) for part in parts or ())
        return tuple(value for value in made if value is not None)

    def end(self) -> None:
        """Raises ConfigError with all reasons, if there are any."""
        if self.reasons:
            raise ConfigError(*dict.fromkeys(self.reasons))


def refuse_all(notices: Iterable[Notice]) -> None:
    """Raise ConfigError if there is any notice (`--strict`)."""
    told = [str(notice) for notice in notices]
    if told:
        raise ConfigError(*(f"{text} Leave out --strict to serve the rest." for text in told))
