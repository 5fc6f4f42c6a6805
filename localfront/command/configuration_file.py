"""Read options from `localfront.toml`, or from `[tool.localfront]` in pyproject.toml.

A table for each command has its options, named without leading dashes:

    [serve]
    source = ["terraform/"]
    https-port = 8443
    origin-override = { site = "frontend", api = "http://localhost:3000" }

They become arguments before those of the command line, which therefore wins. The file is looked for
in the current folder, and paths are relative to it.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from localfront.command.parser import nearest
from localfront.errors import ConfigError

OWN_FILE = "localfront.toml"
PROJECT_FILE = "pyproject.toml"
COMMANDS = ("serve", "check")
NOT_IN_A_FILE = frozenset({"help", "version"})


def read_configuration_file(folder: Path) -> tuple[str, Mapping[str, Any]]:
    """The file's name, and its tables by command; both empty without one. Raises ConfigError."""
    for name, place in ((OWN_FILE, ()), (PROJECT_FILE, ("tool", "localfront"))):
        tables = _read(folder / name)
        for step in place:
            tables = tables.get(step, {}) if isinstance(tables, dict) else {}
        if not tables:
            continue
        if not isinstance(tables, dict):
            raise ConfigError(
                f"{name}: [tool.localfront] is not a table. Write [tool.localfront.serve]."
            )
        for key, table in tables.items():
            if key not in COMMANDS or not isinstance(table, dict):
                raise ConfigError(
                    f"{name}: there is no table {key!r}{nearest(key, COMMANDS)}. Write [serve] or "
                    "[check], and the options below it."
                )
        return name, tables
    return "", {}


def _read(file: Path) -> Any:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        if file.name == PROJECT_FILE:
            return {}  # not ours: other tools will report it
        raise ConfigError(f"{file.name} can't be read: {error}. Correct it.") from error


def arguments_of(
    table: Mapping[str, Any], actions: list[argparse.Action], *, file: str, without: frozenset[str]
) -> list[str]:
    """A table as command-line arguments; `without` are positional arguments already typed.

    Raises ConfigError for an unknown option, or a value of the wrong kind.
    """
    by_name = options_of(actions)
    positional: list[str] = []
    options: list[str] = []
    for key, value in table.items():
        action = by_name.get(key)
        if action is None:
            raise ConfigError(
                f"{file}: there is no option {key!r}{nearest(key, by_name)}. See `localfront serve "
                "--help` for all."
            )
        texts = list(_texts(value, action, f"{file}: {key}"))
        if action.option_strings:
            option = action.option_strings[-1]
            flag = action.nargs == 0
            options += [option] * len(texts) if flag else _pairs(option, texts)
        elif key not in without:
            positional += texts
    return positional + options


def options_of(actions: list[argparse.Action]) -> dict[str, argparse.Action]:
    """The options allowed in a command's table, by their names there."""
    return {_name(action): action for action in actions if action.dest not in NOT_IN_A_FILE}


def is_repeatable(action: argparse.Action) -> bool:
    """Whether an option may be a list, or a table if its form is NAME=VALUE."""
    return isinstance(action, argparse._AppendAction) or action.nargs in ("*", "+")


def _name(action: argparse.Action) -> str:
    return action.option_strings[-1].lstrip("-") if action.option_strings else action.dest


def _pairs(option: str, texts: list[str]) -> list[str]:
    if option.startswith("--"):
        return [f"{option}={text}" for text in texts]
    return [part for text in texts for part in (option, text)]


def _texts(value: object, action: argparse.Action, where: str) -> Iterator[str]:
    """The arguments for a value."""
    if action.nargs == 0:
        if not isinstance(value, bool):
            raise ConfigError(f"{where}: write true or false.")
        if value:
            yield ""
        return
    many = is_repeatable(action)
    if many and isinstance(value, dict):
        for name, item in value.items():
            yield f"{name}={_text(item, where)}"
    elif many and isinstance(value, list):
        for item in value:
            yield _text(item, where)
    else:
        yield _text(value, where)


def _text(value: object, where: str) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case str() | int() | float():
            return str(value)
    raise ConfigError(f"{where}: write a string or a number, not {value!r}.")
