"""The source around the line where a function failed, by its traceback.

A function controls its traceback and may name any file in it. Only files of its own code are read,
which it could have printed anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

AROUND = 5  # lines before and after
LARGEST = 1_000_000  # bytes of a file
LONGEST = 300  # characters of a line
FRAMES = 100  # innermost frames of a traceback
PYTHON_FRAME = re.compile(r'^\s*File "([^"\n]{1,500})", line (\d{1,7})', re.MULTILINE)
NODE_FRAME = re.compile(r"(?:file://)?((?:/|[\w.-]+\.js\b)[^\s():]{0,500}):(\d{1,7})(?::\d{1,7})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceExcerpt:
    """An excerpt: `lines` of a file from line number `first`; the function failed at `failing`."""

    file: str
    first: int
    failing: int
    lines: tuple[str, ...]


def source_at(traceback: str, code: Path | None) -> SourceExcerpt | None:
    """The source at the innermost frame in the function's code; None if there is none.

    The code is a folder, or a single file.
    """
    if code is None:
        return None
    for file, number in _frames(traceback):
        found = _inside(file, code)
        text = _read(found) if found is not None else None
        if found is not None and text is not None and number <= text.count("\n") + 1:
            root = code if code.is_dir() else code.parent
            return excerpt(text, number, str(found.relative_to(root.resolve())))
    return None


def excerpt(text: str, number: int, file: str) -> SourceExcerpt:
    """The lines of a text around a given one."""
    lines = text.split("\n")
    first = max(1, number - AROUND)
    excerpted = lines[first - 1 : number + AROUND]
    return SourceExcerpt(
        file=file,
        first=first,
        failing=number,
        lines=tuple(line[:LONGEST].expandtabs(4).rstrip("\r") for line in excerpted),
    )


def _frames(traceback: str) -> Iterator[tuple[str, int]]:
    """Files and lines of a traceback, innermost first; Python lists the innermost last."""
    python = PYTHON_FRAME.findall(traceback)[-FRAMES:]
    found = python[::-1] or NODE_FRAME.findall(traceback)[:FRAMES]
    yield from ((file, int(number)) for file, number in found if int(number) > 0)


def _inside(file: str, code: Path) -> Path | None:
    """The file, if it is in the function's code after resolving links."""
    root = code.resolve()
    if root.is_file():
        return root if Path(file).name == root.name else None
    try:
        path = (root / file).resolve()
        return path if path.is_relative_to(root) and path.is_file() else None
    except (OSError, ValueError):
        return None


def _read(path: Path) -> str | None:
    try:
        if path.stat().st_size > LARGEST:
            return None
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
