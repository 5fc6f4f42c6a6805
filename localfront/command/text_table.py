"""A table in a terminal: columns of cells, each of one or more lines, within the terminal's width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

Row = Sequence[Sequence[str]]  # a cell is its lines
GAP = "  "
NARROWEST = 12  # columns that a column is left with
ELLIPSIS = "…"


def table(head: Sequence[str], rows: Sequence[Row], *, width: int | None) -> Iterator[str]:
    """The head and the rows, indented; what does not fit into `width` columns is cut in its middle.

    Without a width nothing is cut, and the lines of a cell stand beside each other.
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
    """Columns' widths that fit: the widest give way first, down to NARROWEST."""
    found = list(widths)
    while sum(found) > room and max(found) > NARROWEST:
        found[found.index(max(found))] -= 1
    return found


def shortened(text: str, room: int) -> str:
    """The text without its middle where it is too long: a path's ends tell the most."""
    if len(text) <= room:
        return text
    kept = room - len(ELLIPSIS)
    return f"{text[: kept - kept // 2]}{ELLIPSIS}{text[len(text) - kept // 2 :]}"
