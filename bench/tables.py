"""Markdown tables with aligned columns, for the terminal as well. No I/O."""

from __future__ import annotations

import math
from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with its first column left-aligned and figures right-aligned.

    A row shorter than the head ends in a remark, which may have any length.
    """
    whole = [row for row in (head, *rows) if len(row) == len(head)]
    widths = [max(3, *map(len, column)) for column in zip(*whole, strict=True)]
    ruler = [("-" if i == 0 else "-:").rjust(width, "-") for i, width in enumerate(widths)]
    return "\n".join(line(row, widths) for row in (head, ruler, *rows))


def line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if i else cell.ljust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=False))
    ]
    return f"| {' | '.join(cells)} |"


def figure(value: float | None) -> str:
    """A number with three significant digits, or with all digits before the decimal point."""
    if value is None or not math.isfinite(value):
        return "-"
    if value == int(value) or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def one_line(reason: object) -> str:
    """A reason in one line: of a longer log, its first and last lines."""
    lines = [text.strip() for text in str(reason).splitlines() if text.strip()]
    if not lines:
        return type(reason).__name__
    summary = lines[0] if len(lines) == 1 else f"{lines[0]} … {lines[-1]}"
    return summary.replace("|", "/")
