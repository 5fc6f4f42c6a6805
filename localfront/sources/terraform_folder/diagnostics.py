"""Terraform's errors, each in one line: place, message, remedy.

A missing variable has a message of our own, because Terraform's refers to our generated test.

Source: Terraform documentation, "JSON output format" (diagnostics).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

MISSING = "No value for required variable"
NAME = re.compile(r'\bvar\.([\w-]+)|\bvariable "([\w-]+)"')
GIVEN = "<value for var."  # the file name in errors about -var and TF_VAR_


def errors_of(diagnostics: Sequence[Mapping[str, Any]], folder: Path) -> tuple[str, ...]:
    """The messages without duplicates; variables without a value share one, in order of name."""
    missing = [_variable(d) for d in diagnostics if d.get("summary") == MISSING]
    others = [_message(d, folder) for d in diagnostics if d.get("summary") != MISSING]
    return tuple(dict.fromkeys([*_without_a_value(sorted(set(missing)), folder), *others]))


def _without_a_value(names: Sequence[str], folder: Path) -> Iterator[str]:
    if not names:
        return
    listed = ", ".join(f'"{name}"' for name in names)
    plural, verb = ("s", "have") if len(names) > 1 else ("", "has")
    options = " ".join(f"-var {name}=VALUE" for name in names)
    yield f"{folder}: variable{plural} {listed} {verb} no value. Give {options}, or -var-file FILE."


def _variable(diagnostic: Mapping[str, Any]) -> str:
    """The variable that an error is about; empty if none."""
    snippet = diagnostic.get("snippet") or {}
    place = diagnostic.get("range") or {}
    for text in (place.get("filename"), diagnostic.get("detail"), snippet.get("code")):
        match = NAME.search(str(text or ""))
        if match is not None:
            return match[1] or match[2]
    return ""


def _message(diagnostic: Mapping[str, Any], folder: Path) -> str:
    place = diagnostic.get("range") or {}
    file = str(place.get("filename") or "")
    where = str(folder)
    if file and not file.startswith(GIVEN):
        where = f"{folder / file}:{place['start']['line']}"
    summary = str(diagnostic.get("summary"))
    detail = " ".join(str(diagnostic.get("detail") or "").split())
    if detail and detail[-1] not in ".!?:":  # Terraform ends some with a command
        detail += "."
    name = _variable(diagnostic) or "NAME"
    more = ""
    if file.startswith(GIVEN):
        more = f" Write the value of -var '{name}=VALUE' in Terraform's syntax."
    elif "variable" in summary.lower():
        more = f" Give another value with -var {name}=VALUE or -var-file FILE."
    elif "terraform init" in detail or "not installed" in summary.lower():
        more = " Run `terraform init -backend=false` in the folder."
    return f"{where}: {summary}. {detail}{more}".strip()
