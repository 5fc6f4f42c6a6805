"""Bodies in events and results: recorded with `--inspect-bodies`, otherwise only their length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

BODY_FIELDS = ("body", "data")
HEADER_FIELDS = frozenset({"headers", "customHeaders", "cookies"})
CONTAINERS = frozenset({dict, list, tuple})


class Length(str):
    """The placeholder of a body that is not recorded."""

    __slots__ = ()


def holds_bodies(value: Any, *, depth: int = 8) -> bool:
    """Whether `bodies_in` finds a non-empty one; fast, as it is called at each invocation.

    It skips headers, which are most of an event and have other fields.
    """
    values = [value]
    for _ in range(depth):
        parts: list[Any] = []
        for held in values:
            if not isinstance(held, dict):
                parts += [part for part in held if type(part) in CONTAINERS]
                continue
            for name, part in held.items():
                if type(part) in CONTAINERS and name not in HEADER_FIELDS:
                    parts.append(part)
                elif name in BODY_FIELDS and _is_body(part):
                    return True
        if not parts:
            return False
        values = parts
    return False


def _is_body(part: object) -> bool:
    return type(part) is str and part != ""


def bodies_in(value: Any, *, depth: int = 8) -> Iterator[str]:
    """All texts under the field names of bodies."""
    if depth == 0:
        return
    if isinstance(value, dict):
        for name, part in value.items():
            if name in BODY_FIELDS and isinstance(part, str):
                yield part
            else:
                yield from bodies_in(part, depth=depth - 1)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from bodies_in(part, depth=depth - 1)


def without_bodies(value: Any, *, depth: int = 8) -> Any:
    """An event or a result with each body replaced by its length."""
    if depth == 0:
        return "…"
    if isinstance(value, dict):
        return {
            name: Length(f"({len(part):,} characters; --inspect-bodies keeps them)")
            if name in BODY_FIELDS and isinstance(part, str) and part
            else without_bodies(part, depth=depth - 1)
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [without_bodies(part, depth=depth - 1) for part in value]
    return value
