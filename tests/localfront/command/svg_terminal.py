"""Terminal output as an SVG: coloured text on a dark background, aligned to columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

COLUMN, ROW, MARGIN, BAR = 8.0, 19, 16, 34  # pixels
SGR = re.compile(r"\x1b\[(\d*)m")
COLOURS = {
    "31": "#ff8f86", "32": "#7ddf9a", "33": "#f2cc60", "34": "#8ab8ff", "36": "#76d9e6",
    "1": "#ffffff", "2": "#8b97a8",
}  # fmt: skip
INK, GROUND, FRAME = "#d5dbe5", "#12161d", "#2b3340"


def svg(lines: Sequence[str], *, columns: int, title: str) -> str:
    """Each line may have SGR codes of one colour at a time, as localfront's have."""
    width = round(columns * COLUMN + 2 * MARGIN)
    height = BAR + len(lines) * ROW + MARGIN
    rows = "\n".join(_row(number, line) for number, line in enumerate(lines) if line.strip())
    dots = "".join(f'<circle cx="{18 + 18 * n}" cy="17" r="5" fill="{FRAME}"/>' for n in range(3))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'role="img" aria-label="{escape(title)}">\n'
        f'<rect width="{width}" height="{height}" rx="9" fill="{GROUND}" stroke="{FRAME}"/>{dots}\n'
        f'<g font-family="ui-monospace,Menlo,Consolas,monospace" font-size="13" fill="{INK}" '
        f'xml:space="preserve">\n{rows}\n</g>\n</svg>\n'
    )


def _row(number: int, line: str) -> str:
    y = BAR + number * ROW + 13
    spans = "".join(_span(column, text, colour) for column, text, colour in _runs(line))
    return f'<text y="{y}">{spans}</text>'


def _span(column: int, text: str, colour: str) -> str:
    """A text span, stretched to its columns in any monospaced font."""
    x = f"{MARGIN + column * COLUMN:g}"
    fill = f' fill="{colour}"' if colour else ""
    length = f"{len(text) * COLUMN:g}"
    return f'<tspan x="{x}" textLength="{length}"{fill}>{escape(text)}</tspan>'


def _runs(line: str) -> Iterator[tuple[int, str, str]]:
    """Column, text and colour of the parts separated by two or more spaces."""
    column, colour = 0, ""
    for number, part in enumerate(SGR.split(line)):
        if number % 2:
            colour = COLOURS.get(part, "")
            continue
        for word in re.finditer(r"\S+(?: \S+)*", part):
            yield column + word.start(), word[0], colour
        column += len(part)
