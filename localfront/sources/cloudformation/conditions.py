"""Conditions of a template → true or false.

A comparison with an unknown value is undecided, with one exception: a parameter without a default
is not empty, because a deployment has to give it a value.

Source: CloudFormation Template Reference, "Condition functions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from localfront.errors import ConfigError
from localfront.sources.cloudformation.intrinsics import Scope, resolve, text


class UndecidedError(ConfigError):
    """A condition that depends on an unknown value."""


def evaluate(raw: Any, scope: Scope) -> bool:
    """The condition's value.

    Raises UndecidedError that names the missing values, and ConfigError for a malformed condition.
    """
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in ("true", "false"):
        return raw.lower() == "true"
    if isinstance(raw, Mapping) and len(raw) == 1:
        ((name, argument),) = raw.items()
        if name == "Condition":
            return scope.condition(argument)
        function = FUNCTIONS.get(str(name))
        if function is not None:
            return function(argument, scope)
        return evaluate(resolve(raw, scope), scope)
    raise ConfigError(
        "A condition is malformed: it must be Fn::Equals or another condition function. Correct it."
    )


def _equals(argument: Any, scope: Scope) -> bool:
    if not isinstance(argument, list) or len(argument) != 2:
        raise ConfigError("Fn::Equals is malformed: it must be two values. Correct it.")
    left, right = (text(resolve(member, scope)) for member in argument)
    if left == right:
        return True
    unknown = [*scope.unknowns.within(left), *scope.unknowns.within(right)]
    if unknown and "" not in (left, right):
        names = " and ".join(dict.fromkeys(u.description for u in unknown))
        options = " ".join(dict.fromkeys(u.way_out for u in unknown))
        raise UndecidedError(f"depends on {names}. Give {options}.")
    return False


def _not(argument: Any, scope: Scope) -> bool:
    (inner,) = _members(argument, "Fn::Not")
    return not evaluate(inner, scope)


def _and(argument: Any, scope: Scope) -> bool:
    return all(_decided(argument, "Fn::And", scope, ends_with=False))


def _or(argument: Any, scope: Scope) -> bool:
    return any(_decided(argument, "Fn::Or", scope, ends_with=True))


def _decided(argument: Any, name: str, scope: Scope, *, ends_with: bool) -> list[bool]:
    """The result of Fn::And or Fn::Or; operands may be undecided if another one decides."""
    found: list[bool] = []
    undecided: UndecidedError | None = None
    for member in _members(argument, name):
        try:
            found.append(evaluate(member, scope))
        except UndecidedError as error:
            undecided = error
    if undecided is not None and ends_with not in found:
        raise undecided
    return found


def _members(argument: Any, name: str) -> list[Any]:
    if not isinstance(argument, list) or not argument:
        raise ConfigError(f"{name} is malformed: it must be a list of conditions. Correct it.")
    return argument[:1] if name == "Fn::Not" else argument


FUNCTIONS: Mapping[str, Callable[[Any, Scope], bool]] = {
    "Fn::And": _and,
    "Fn::Equals": _equals,
    "Fn::Not": _not,
    "Fn::Or": _or,
}
