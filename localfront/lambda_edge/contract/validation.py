"""How a refusal of a function's result is said: the event, what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from localfront.errors import EdgeValidationError
from localfront.lambda_edge.contract.limits import EventType

_MAX_TOLD = 100  # characters


def fail(event: EventType, rule: str, what: str, fix: str) -> NoReturn:
    """Raise EdgeValidationError (LX-001). `rule` is the id of the checklist's item."""
    raise EdgeValidationError(f"{event}: {what}. {fix}", rule=rule)


def named(value: object) -> str:
    """A value by its kind, as JSON would have it."""
    return "nothing" if value is None else f"a {type(value).__name__}"


def told(value: object) -> str:
    """A value itself where it is short; functions may return anything, of any size and depth."""
    if isinstance(value, (dict, list)):
        return named(value)
    text = repr(value)
    return text if len(text) <= _MAX_TOLD else f"{text[:_MAX_TOLD]}..."


def listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
