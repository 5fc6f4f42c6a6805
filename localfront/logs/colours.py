"""The colours of a terminal, where somebody looks and wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

CODES = {"red": 31, "green": 32, "yellow": 33, "blue": 34, "cyan": 36, "bold": 1, "dim": 2}


@dataclass(frozen=True, slots=True)
class Palette:
    """Wraps text in the SGR codes of a colour; without `coloured` text stays as it is."""

    coloured: bool

    def paint(self, colour: str, text: str) -> str:
        """`colour` is one of CODES; an empty one paints nothing."""
        if not self.coloured or not colour or not text.strip():
            return text
        return f"\x1b[{CODES[colour]}m{text}\x1b[0m"

    def status(self, status: int) -> str:
        """The colour of a status code."""
        return {2: "green", 3: "cyan", 4: "yellow", 5: "red"}.get(status // 100, "")


def palette_of(stream: TextIO, environment: Mapping[str, str]) -> Palette:
    """Colours for a terminal, unless NO_COLOR is set (https://no-color.org) or it has none.

    FORCE_COLOR is for whoever passes on what is written to one (https://force-color.org).
    """
    plain = environment.get("NO_COLOR") or environment.get("TERM") == "dumb"
    is_seen = stream.isatty() or bool(environment.get("FORCE_COLOR"))
    return Palette(coloured=is_seen and not plain)
