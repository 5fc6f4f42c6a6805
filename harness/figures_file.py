"""build/bench.json: figures measured by `bench` and `check`."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def add(figures: Mapping[str, Any], file: Path) -> None:
    """Write `figures`, replacing those of the same names."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}")
    part.write_text(json.dumps({**read(file), **figures}, indent=2) + "\n")
    part.replace(file)


def read(file: Path) -> dict[str, Any]:
    """The figures; empty if the file is missing or invalid."""
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
