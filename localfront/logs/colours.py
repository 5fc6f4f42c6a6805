"""Terminal colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

CODES = {"red": 31, "green": 32, "yellow": 33, "blue": 34, "cyan": 36, "bold": 1, "dim": 2}


@dataclass(frozen=True, slots=True)
class Palette:
    """Wraps text in SGR codes of a colour; unchanged without `coloured`."""

    coloured: bool

    def paint(self, colour: str, text: str) -> str:
        """Colour a text; `colour` is one of CODES, "" for none."""
        if not self.coloured or not colour or not text.strip():
            return text
        return f"\x1b[{CODES[colour]}m{text}\x1b[0m"

    def status(self, status: int) -> str:
        """The colour of a status code."""
        return {2: "green", 3: "cyan", 4: "yellow", 5: "red"}.get(status // 100, "")


def palette_of(stream: TextIO, environment: Mapping[str, str]) -> Palette:
    """Colours for a terminal that supports them, unless NO_COLOR is set (https://no-color.org).

    FORCE_COLOR is for output that is piped to a terminal (https://force-color.org).
    """
    plain = environment.get("NO_COLOR") or environment.get("TERM") == "dumb"
    is_seen = stream.isatty() or bool(environment.get("FORCE_COLOR"))
    return Palette(coloured=is_seen and not plain)
