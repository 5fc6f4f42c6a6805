"""Headers, cookies and query strings in the event: one field for each name.

A field is `{"value": ...}`; for a repeated name it also has a `multiValue` list, whose first entry
repeats `value` (FN-003). A response cookie also has `attributes`.

Source: CloudFront Developer Guide, "CloudFront Functions event structure".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from localfront.errors import FunctionValidationError
from localfront.http_messages.event_text import is_encodable
from localfront.lambda_edge.contract.result import named

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # control characters except tab


@dataclass(frozen=True, slots=True)
class Value:
    """One value. `attributes` is the text after a response cookie's first `;` (FN-008)."""

    text: str
    attributes: str | None = None

    def shown(self) -> dict[str, str]:
        if self.attributes is None:
            return {"value": self.text}
        return {"value": self.text, "attributes": self.attributes}


Fields = dict[str, tuple[Value, ...]]


def grouped(lines: Iterable[tuple[str, Value]]) -> Fields:
    found: Fields = {}
    for name, value in lines:
        found[name] = (*found.get(name, ()), value)
    return found


def shown_fields(fields: Fields) -> dict[str, Any]:
    """The event's object. A name with an empty `multiValue` is dropped (FN-004)."""
    return {name: _shown(values) for name, values in fields.items() if values}


def read_fields(returned: object, *, sent: Mapping[str, Any], title: str) -> Fields:
    """Read a function's version of the object `sent`, {} if the event had none.

    `title` names it in errors, as in `request.headers`. Raises FunctionValidationError (FN-003).
    """
    if not isinstance(returned, dict):
        refuse("FN-003", f"`{title}` is {named(returned)}", "Return an object.")
    return {
        name: _read(field, sent=sent.get(name), title=f"{title}['{name}']")
        for name, field in returned.items()
    }


def refuse(rule: str, problem: str, fix: str) -> NoReturn:
    raise FunctionValidationError(f"{problem}. {fix}", rule=rule)


def _shown(values: tuple[Value, ...]) -> dict[str, Any]:
    first = values[0].shown()
    if len(values) == 1:
        return first
    return {**first, "multiValue": [value.shown() for value in values]}


def _read(field: object, *, sent: Any, title: str) -> tuple[Value, ...]:
    if not isinstance(field, dict):
        refuse("FN-003", f"`{title}` is {named(field)}", 'Use {value: "..."}.')
    many = field.get("multiValue")
    if many is None:
        return (_value(field, title),)
    if not isinstance(many, list):
        refuse("FN-003", f"`{title}.multiValue` is {named(many)}", "Use a list.")
    values = tuple(_value(entry, f"{title}.multiValue") for entry in many)
    if sent is not None and many == sent.get("multiValue"):
        return (_value(field, title), *values[1:])  # FN-004
    return values


def _value(entry: object, title: str) -> Value:
    if not isinstance(entry, dict) or "value" not in entry:
        refuse("FN-003", f"`{title}` has no `value`", 'Use {value: "..."}.')
    attributes = entry.get("attributes")
    for text in (entry["value"], "" if attributes is None else attributes):
        if not isinstance(text, str):
            refuse("FN-003", f"`{title}` holds {named(text)}", "Use strings.")
        if _CONTROL.search(text) or not is_encodable(text):
            refuse("FN-003", f"`{title}` is not one line of text", "Encode it.")
    return Value(entry["value"], attributes)
