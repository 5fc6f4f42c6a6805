"""`localfront schema`: the JSON schema of `localfront.toml`, for editors.

It is generated from the options themselves, as the file's reader is, so it is never out of date.

Source: JSON Schema draft-07, which editors' TOML plug-ins read (Taplo, Tombi).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localfront.command.configuration_file import (
    COMMANDS,
    OWN_FILE,
    is_repeatable,
    options_of,
)
from localfront.command.option_forms import port
from localfront.command.parser import OneLineParser

DRAFT = "http://json-schema.org/draft-07/schema#"
ONE = ("string", "number")
PAIRED = ("string", "number", "boolean")  # NAME=on is written as true


def add_parser(commands: argparse._SubParsersAction[Any], whole: OneLineParser) -> None:
    parser = commands.add_parser(
        "schema",
        help=f"print the JSON schema of {OWN_FILE}, for editors",
        description=f"Print the JSON schema of {OWN_FILE}. Editors use it to complete options, "
        "describe them, and mark mistakes.",
        epilog="localfront schema > .localfront.schema.json; then `#:schema "
        ".localfront.schema.json` as "
        f"the first line of {OWN_FILE}.",
    )
    parser.set_defaults(whole=whole)


def run(options: argparse.Namespace) -> int:
    sys.stdout.write(json.dumps(schema(options.whole), indent=2) + "\n")
    return 0


def schema(parser: OneLineParser) -> dict[str, Any]:
    """The schema: a table for each command, with its options."""
    return {
        "$schema": DRAFT,
        "title": OWN_FILE,
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _table(parser.command(name)) for name in COMMANDS},
    }


def _table(command: OneLineParser) -> dict[str, Any]:
    options: Mapping[str, argparse.Action] = options_of(command.actions())
    return {
        "type": "object",
        "description": command.description,
        "additionalProperties": False,
        "properties": {name: _option(action) for name, action in options.items()},
    }


def _option(action: argparse.Action) -> dict[str, Any]:
    described = {"description": _help(action)} if action.help else {}
    return {**described, **_value(action)}


def _value(action: argparse.Action) -> dict[str, Any]:
    if action.nargs == 0:
        return {"type": "boolean"}
    if action.choices is not None:
        return {"enum": list(action.choices)}
    if action.type is port:
        return {"type": "integer", "minimum": 0, "maximum": 65535}
    if not is_repeatable(action):
        return {"type": list(ONE)}
    kinds: list[dict[str, Any]] = [
        {"type": list(ONE)},
        {"type": "array", "items": {"type": list(ONE)}},
    ]
    if "=" in str(action.metavar):
        kinds.append({"type": "object", "additionalProperties": {"type": list(PAIRED)}})
    return {"anyOf": kinds}


def _help(action: argparse.Action) -> str:
    text = str(action.help) % vars(action)
    return text.replace(str(Path.home()), "~")  # for everybody who gets the file
