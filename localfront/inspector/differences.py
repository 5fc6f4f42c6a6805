"""Differences between two sets of headers, and between two requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Lines = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """A change. `kind` is header, cookie, or the name of a field; None means absent."""

    kind: str
    name: str
    before: str | None
    after: str | None


def header_changes(before: Lines, after: Lines) -> list[Change]:
    """Changes by header name, in order of appearance; cookies separately."""
    old, new = _by_name(before), _by_name(after)
    names = dict.fromkeys((*old, *new))
    changes: list[Change] = []
    for name in names:
        was, becomes = old.get(name), new.get(name)
        if name == "cookie":
            changes += _cookie_changes(was, becomes)
        elif _values(was) != _values(becomes):
            display_name = (becomes or was or [("", "")])[0][0]
            changes.append(Change("header", display_name, _joined(was), _joined(becomes)))
    return changes


def field_changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    """Changes of fields that are in both, or were added."""
    for name, becomes in after.items():
        was = before.get(name)
        if was != becomes:
            yield Change("field", name, _text(was), _text(becomes))


def _cookie_changes(was: list[tuple[str, str]] | None, becomes: Any) -> Iterator[Change]:
    old, new = _cookies(was), _cookies(becomes)
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield Change("cookie", name, old.get(name), new.get(name))


def _cookies(lines: list[tuple[str, str]] | None) -> dict[str, str]:
    found = {}
    for _, line in lines or ():
        for part in line.split(";"):
            name, _, value = part.strip().partition("=")
            if name:
                found[name] = value
    return found


def _by_name(lines: Lines) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for name, value in lines:
        found.setdefault(name.lower(), []).append((name, value))
    return found


def _values(lines: list[tuple[str, str]] | None) -> list[str]:
    return [value for _, value in lines or ()]


def _joined(lines: list[tuple[str, str]] | None) -> str | None:
    return None if lines is None else "\n".join(value for _, value in lines)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
