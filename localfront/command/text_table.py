"""A table in a terminal: columns of cells, each of one or more lines, within the terminal's width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

Row = Sequence[Sequence[str]]  # a cell is a list of lines
GAP = "  "
NARROWEST = 12  # characters that a column keeps at least
ELLIPSIS = "…"


def table(head: Sequence[str], rows: Sequence[Row], *, width: int | None) -> Iterator[str]:
    """Format a table, indented; texts that do not fit into `width` are shortened in the middle.

    Without a width nothing is shortened, and a cell's lines are joined.
    """
    heading: Row = [[cell] for cell in head]
    whole = [heading, *rows]
    if width is None:
        whole = [[[", ".join(cell)] for cell in row] for row in whole]
    widths = [
        max(len(line) for cell in column for line in (*cell, ""))
        for column in zip(*whole, strict=True)
    ]
    if width is not None:
        widths = fitted(widths, width - len(GAP) * len(widths))
    for row in whole:
        for lines in zip_longest(*row, fillvalue=""):
            cells = (
                f"{shortened(line, room):<{room}}" for line, room in zip(lines, widths, strict=True)
            )
            yield f"{GAP}{GAP.join(cells)}".rstrip()


def fitted(widths: Sequence[int], room: int) -> list[int]:
    """Column widths that fit: the widest shrink first, down to NARROWEST."""
    found = list(widths)
    while sum(found) > room and max(found) > NARROWEST:
        found[found.index(max(found))] -= 1
    return found


def shortened(text: str, room: int) -> str:
    """The text shortened in the middle if too long: the ends of a path matter most."""
    if len(text) <= room:
        return text
    width = room - len(ELLIPSIS)
    return f"{text[: width - width // 2]}{ELLIPSIS}{text[len(text) - width // 2 :]}"
