"""One structure of the CloudFront API, read field by field.

Configurations come from an API or from a file that somebody wrote, so nothing is taken on trust:
what is missing, of another type or out of range is a ConfigError that names the place, the field,
the value, the reason and the way out. A field that is null counts as left out.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from localfront.config.notices import NotHonoured, Notice
from localfront.errors import ConfigError

SURROGATE = re.compile("[\ud800-\udfff]")
UNKNOWN_FIELD = NotHonoured(
    "is a field that localfront does not know: it is misspelt, or newer than this version",
    "it changes nothing",
)
MAX_QUANTITY = 10**12  # far above all that AWS has
SHOWN = 120  # characters of a wrong value that a message repeats
LONGEST_REASON = 600  # characters; some name what a list holds, each member as long as it likes


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a structure that belongs to a thing, such as "Behavior '/api/*'".

    `path` leads from the thing to the structure: "AllowedMethods.", "" for the thing itself.
    """

    where: str
    values: Mapping[str, Any]
    path: str = ""
    notices: list[Notice] = dataclasses.field(default_factory=list, compare=False)

    @classmethod
    def of(
        cls,
        where: str,
        value: Any,
        path: str = "",
        notices: list[Notice] | None = None,
    ) -> Fields:
        """The fields of a structure. Raises ConfigError for any other value."""
        # JSON's first: to ask an abstract class takes ten times as long.
        if not isinstance(value, dict) and not isinstance(value, Mapping):
            place = f"{where}: {path.rstrip('.')}" if path else where
            raise ConfigError(
                f"{place} is {_shown(value)}, which is no structure of named fields. "
                "Write one, as GetDistribution shows it."
            )
        return cls(where, value, path, [] if notices is None else notices)

    def called(self, where: str) -> Fields:
        """The same structure as a thing of its own in messages."""
        return Fields(where, self.values, "", self.notices)

    def wrong(self, field: str, reason: str, way_out: str) -> ConfigError:
        """The error for a field's value, to be raised."""
        name = f"{self.where}: {self.path}{field}"
        if not self.has(field):
            return ConfigError(f"{name} is missing. {way_out}")
        short = _clipped(reason, LONGEST_REASON)
        return ConfigError(f"{name} {_shown(self.values[field])} {short}. {way_out}")

    def has(self, field: str) -> bool:
        return self.values.get(field) is not None

    def text(self, field: str, default: str | None = None) -> str:
        """A string; without a default it has to be there, and not be empty."""
        value: Any = self.values.get(field)
        if value is None and default is not None:
            return default
        if not _is_text(value) or (default is None and not value):
            raise self.wrong(field, "is no text", "Write a string.")
        return str(value)

    def choice(self, field: str, known: Iterable[str], default: str | None = None) -> str:
        value = self.text(field, default)
        allowed = tuple(known)
        if value not in allowed:
            raise self.wrong(field, f"is none of {', '.join(allowed)}", "Write one of them.")
        return value

    def flag(self, field: str, default: bool | None = None) -> bool:
        value = self.values.get(field)
        if value is None and default is not None:
            return default
        if not isinstance(value, bool):
            raise self.wrong(field, "is neither true nor false", "Write one of them.")
        return value

    def number(
        self,
        field: str,
        default: int | None = None,
        *,
        low: int = 0,
        high: int | None = None,
        rule: str = "",
    ) -> int:
        """A whole number from `low` to `high`; `rule` is the checklist's id of that range."""
        value = self.values.get(field)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(field, "is no whole number", "Write a number.")
        if value < low or (high is not None and value > high):
            span = f"{low} to {high}" if high is not None else f"{low} or more"
            reason = f"is out of range{f' ({rule})' if rule else ''}"
            raise self.wrong(field, reason, f"CloudFront takes {span}.")
        return value

    def quantity(self, field: str, default: float) -> float:
        """A number, not below 0, whole or not."""
        value = self.values.get(field)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(field, "is no number", "Write one.")
        if not 0 <= value <= MAX_QUANTITY:
            raise self.wrong(field, "is out of range", "Write 0 or more.")
        return value

    def part(self, field: str) -> Fields:
        """The structure in a field; one that is left out has no fields."""
        value = self.values.get(field)
        path = f"{self.path}{field}."
        values = {} if value is None else value
        return Fields.of(self.where, values, path, self.notices)

    def items(self, field: str) -> list[Any]:
        """The members of the API's `{"Quantity": n, "Items": [...]}`."""
        members = self.part(field).values.get("Items")
        if members is None:
            return []
        if not isinstance(members, list | tuple):
            raise self.part(field).wrong("Items", "is no list", "Write a list.")
        return list(members)

    def parts(self, field: str) -> list[Fields]:
        """The structures that a list holds."""
        return [
            Fields.of(self.where, member, f"{self.path}{field}.Items[{place}].", self.notices)
            for place, member in enumerate(self.items(field))
        ]

    def texts(self, field: str) -> tuple[str, ...]:
        """The strings that a list holds."""
        members = self.items(field)
        if not all(_is_text(member) and member for member in members):
            raise self.wrong(field, "holds what is no text", "Write strings alone.")
        return tuple(members)

    def refuse(self, reasons: Mapping[str, str]) -> None:
        """Raises ConfigError for the first of the named fields that says anything."""
        for field, reason in reasons.items():
            if says_something(self.values.get(field)):
                raise self.wrong(field, reason, "Leave it out.")

    def tell(self, field: str, told: NotHonoured) -> None:
        """Serve without what this field asks for, and say so."""
        name = f"{self.where}: {self.path}{field}"
        if self.has(field):
            name += f" {_shown(self.values[field])}"
        self.notices.append(Notice(field=name, on_aws=told.on_aws, here=told.here))

    def tell_of(self, not_honoured: Mapping[str, NotHonoured]) -> None:
        """Tell of each of the named fields that says anything."""
        for field, told in not_honoured.items():
            if says_something(self.values.get(field)):
                self.tell(field, told)

    def only(self, *known: Iterable[str]) -> None:
        """Tell of each field that is in none of the lists, and says anything."""
        names = {name for names in known for name in names}
        for field, value in self.values.items():
            if field not in names and says_something(value):
                self.tell(str(field), UNKNOWN_FIELD)


def says_something(value: Any) -> bool:
    """Whether a value differs from the field's being left out: emulators and SDKs write empty
    strings, empty lists and switches that are off.
    """
    if isinstance(value, Mapping):
        return any(says_something(inner) for inner in value.values())
    return bool(value)


def structures(value: Any) -> list[Mapping[str, Any]]:
    """The structures in a list of the API's, whatever else it holds."""
    members = value.get("Items") if isinstance(value, Mapping) else None
    if not isinstance(members, list | tuple):
        return []
    return [member for member in members if isinstance(member, Mapping)]


def _is_text(value: Any) -> bool:
    """JSON can also spell halves of characters, which no wire carries."""
    return isinstance(value, str) and not SURROGATE.search(value)


def _shown(value: Any) -> str:
    """A value for a message; not what is inside lists and structures, where secrets may be."""
    if isinstance(value, Mapping):
        return "(a structure)"
    if isinstance(value, list | tuple):
        return "(a list)"
    return _clipped(repr(value), SHOWN)


def _clipped(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"
