"""Typed access to the fields of one structure of the CloudFront API.

Configurations come from an API or a file and are not trusted: a value that is missing, of the wrong
type or out of range is a ConfigError that names the place, the field, the value, the reason and the
fix. A null field counts as absent.
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
    "is not a field that localfront knows: it is misspelt, or newer than this version",
    "it is ignored",
)
MAX_QUANTITY = 10**12  # far above any limit of AWS
SHOWN = 120  # characters quoted of a wrong value
LONGEST_REASON = 600  # characters; names of list members can have any length


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a structure of a thing, such as "Behavior '/api/*'".

    `path` is the structure's path in the thing: "AllowedMethods.", "" for the thing itself.
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
        # dict first: a check against an abstract class takes ten times as long.
        if not isinstance(value, dict) and not isinstance(value, Mapping):
            place = f"{where}: {path.rstrip('.')}" if path else where
            raise ConfigError(
                f"{place} is {_shown(value)}, which is not an object. Write one, "
                "as GetDistribution shows it."
            )
        return cls(where, value, path, [] if notices is None else notices)

    def called(self, where: str) -> Fields:
        """The same structure under a name of its own in messages."""
        return Fields(where, self.values, "", self.notices)

    def wrong(self, field: str, reason: str, way_out: str) -> ConfigError:
        """The error for a field's value, for the caller to raise."""
        name = f"{self.where}: {self.path}{field}"
        if not self.has(field):
            return ConfigError(f"{name} is missing. {way_out}")
        short = _clipped(reason, LONGEST_REASON)
        return ConfigError(f"{name} {_shown(self.values[field])} {short}. {way_out}")

    def has(self, field: str) -> bool:
        return self.values.get(field) is not None

    def text(self, field: str, default: str | None = None) -> str:
        """A string; required and not empty if there is no default."""
        value: Any = self.values.get(field)
        if value is None and default is not None:
            return default
        if not _is_text(value) or (default is None and not value):
            raise self.wrong(field, "is not a string", "Write a string.")
        return str(value)

    def choice(self, field: str, choices: Iterable[str], default: str | None = None) -> str:
        value = self.text(field, default)
        allowed = tuple(choices)
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
        """An integer from `low` to `high`; `rule` is the checklist's id of that range."""
        value = self.values.get(field)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(field, "is not a whole number", "Write a number.")
        if value < low or (high is not None and value > high):
            span = f"{low} to {high}" if high is not None else f"{low} or more"
            reason = f"is out of range{f' ({rule})' if rule else ''}"
            raise self.wrong(field, reason, f"CloudFront accepts {span}.")
        return value

    def quantity(self, field: str, default: float) -> float:
        """A number, integer or not, of at least 0."""
        value = self.values.get(field)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(field, "is not a number", "Write one.")
        if not 0 <= value <= MAX_QUANTITY:
            raise self.wrong(field, "is out of range", "Write 0 or more.")
        return value

    def part(self, field: str) -> Fields:
        """The structure in a field; if absent, one without fields."""
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
            raise self.part(field).wrong("Items", "is not a list", "Write a list.")
        return list(members)

    def parts(self, field: str) -> list[Fields]:
        """The structures in a list."""
        return [
            Fields.of(self.where, member, f"{self.path}{field}.Items[{place}].", self.notices)
            for place, member in enumerate(self.items(field))
        ]

    def texts(self, field: str) -> tuple[str, ...]:
        """The strings in a list."""
        members = self.items(field)
        if not all(_is_text(member) and member for member in members):
            raise self.wrong(field, "contains a value that is not a string", "Write only strings.")
        return tuple(members)

    def refuse(self, reasons: Mapping[str, str]) -> None:
        """Raise ConfigError for the first of these fields that is set."""
        for field, reason in reasons.items():
            if is_set(self.values.get(field)):
                raise self.wrong(field, reason, "Leave it out.")

    def notice(self, field: str, reason: NotHonoured) -> None:
        """Add a notice: the rest is served without this field."""
        name = f"{self.where}: {self.path}{field}"
        if self.has(field):
            name += f" {_shown(self.values[field])}"
        self.notices.append(Notice(field=name, on_aws=reason.on_aws, here=reason.here))

    def notice_each(self, not_honoured: Mapping[str, NotHonoured]) -> None:
        """Add a notice for each of these fields that is set."""
        for field, reason in not_honoured.items():
            if is_set(self.values.get(field)):
                self.notice(field, reason)

    def only(self, *allowed: Iterable[str]) -> None:
        """Add a notice for each field that is set and in none of the lists."""
        names = frozenset[str]().union(*allowed)
        for field, value in self.values.items():
            if field not in names and is_set(value):
                self.notice(str(field), UNKNOWN_FIELD)


def is_set(value: Any) -> bool:
    """Whether a field is set.

    Emulators and SDKs write empty strings, empty lists and disabled switches for absent fields.
    """
    if not value or value is True or isinstance(value, str | list):
        return bool(value)
    if isinstance(value, Mapping):
        return any(is_set(inner) for inner in value.values())
    return True


def structures(value: Any) -> list[Mapping[str, Any]]:
    """The structures in one of the API's lists; other values are skipped."""
    members = value.get("Items") if isinstance(value, Mapping) else None
    if not isinstance(members, list | tuple):
        return []
    return [member for member in members if isinstance(member, Mapping)]


def _is_text(value: Any) -> bool:
    """Whether it is valid text: JSON may contain lone surrogates, which cannot be encoded."""
    return isinstance(value, str) and (value.isascii() or not SURROGATE.search(value))


def _shown(value: Any) -> str:
    """A value for a message, without the contents of lists and structures, which may be secret."""
    if isinstance(value, Mapping):
        return "(a structure)"
    if isinstance(value, list | tuple):
        return "(a list)"
    return _clipped(repr(value), SHOWN)


def _clipped(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"
