"""The effective options, and the origin of each value: command line, file or default."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence

from localfront.command.configuration_file import NOT_IN_A_FILE, is_repeatable
from localfront.inspector.options import Given

DEFAULT = "default"
MAY_BE_SECRET = frozenset({"parameter", "var"})  # NAME=VALUE
MASK = "…"


def given_options(
    actions: Sequence[argparse.Action], sources: Mapping[str, Sequence[str]]
) -> tuple[Given, ...]:
    """The options. `sources` are parsed arguments by their origin: a later one wins."""
    found: dict[str, list[Given]] = {}
    for source, arguments in sources.items():
        for action, text in _pairs(actions, arguments):
            name = _name(action)
            before = found.get(name, []) if is_repeatable(action) else []
            found[name] = [*before, Given(name, _shown(name, text), source)]
    return tuple(
        value
        for action in actions
        if action.dest not in NOT_IN_A_FILE
        for value in found.get(_name(action)) or _default(action)
    )


def _pairs(
    actions: Sequence[argparse.Action], arguments: Sequence[str]
) -> Iterator[tuple[argparse.Action, str]]:
    """Each option with its value as written; anything else is positional."""
    options = {name: action for action in actions for name in action.option_strings}
    positional = [action for action in actions if not action.option_strings]
    left = iter(arguments)
    for argument in left:
        name, equals, value = argument.partition("=")
        action = options.get(name)
        if action is not None:
            yield action, "yes" if action.nargs == 0 else value if equals else next(left, "")
        elif positional and argument != "--":
            yield positional[0], argument


def _default(action: argparse.Action) -> Iterator[Given]:
    if action.default not in (None, False, [], ""):
        yield Given(_name(action), str(action.default), DEFAULT)


def _name(action: argparse.Action) -> str:
    return action.option_strings[-1].lstrip("-") if action.option_strings else action.dest


def _shown(name: str, text: str) -> str:
    if name in MAY_BE_SECRET:
        return f"{text.partition('=')[0]}={MASK}"
    return text
