"""What was measured, as a table for people and as JSON for programs. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Figures = dict[str, float]

COLUMNS = {  # of the table; the figures that a case has are told under these names
    "requests_per_s": "req/s",
    "bare_requests_per_s": "bare req/s",
    "ratio_to_bare_server": "ratio",
    "cpu_ratio_to_bare_server": "CPU ratio",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "bare_p50_ms": "bare p50",
    "bare_p99_ms": "bare p99",
    "cpu_us": "CPU µs",
    "bare_cpu_us": "bare CPU µs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What a figure should be: at least `least`, or below `below`."""

    case: str
    figure: str
    least: float = -math.inf
    below: float = math.inf

    def is_met(self, value: float) -> bool:
        return self.least <= value < self.below

    @property
    def wanted(self) -> str:
        if self.below < math.inf:
            return f"below {self.below:g}"
        return f"at least {self.least:g}"


AIMS = (
    Aim(case="cache_hit", figure="ratio_to_bare_server", least=0.6),
    Aim(case="viewer_request", figure="added_p50_ms", below=1.0),
    Aim(case="inspector_cost", figure="cpu_ratio", below=1.03),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`titles` name the rows; `remarks` say how it was measured."""

    cases: Mapping[str, Figures]
    peers: Mapping[str, Figures]
    titles: Mapping[str, str]
    remarks: Sequence[str] = ()
    failures: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        """Figures by case; null where the system does not tell one."""
        return {
            "cases": {name: _finite(figures) for name, figures in self.cases.items()},
            "peers": {name: _finite(figures) for name, figures in self.peers.items()},
            "aims": [
                {
                    "case": aim.case,
                    "figure": aim.figure,
                    "wanted": aim.wanted,
                    "value": value,
                    "met": aim.is_met(value),
                }
                for aim, value in self._aimed()
            ],
            "remarks": list(self.remarks),
            "failures": list(self.failures),
        }

    def as_text(self) -> str:
        parts = [self._compared(), *self._told(), *self._aims(), *self.remarks]
        return "\n".join(part for part in parts if part)

    def _compared(self) -> str:
        """The rows that have a bare server beside them."""
        rows = [
            [self.titles.get(name, name), *(_cell(f.get(c)) for c in COLUMNS)]
            for name, f in (*self.cases.items(), *self.peers.items())
            if "bare_requests_per_s" in f
        ]
        return table(["", *COLUMNS.values()], rows) + "\n" if rows else ""

    def _told(self) -> list[str]:
        """The cases with figures of their own kind, a line for each figure."""
        return [
            f"{self.titles.get(name, name)}: "
            + ", ".join(f"{figure} {_cell(value)}" for figure, value in f.items())
            for name, f in self.cases.items()
            if "bare_requests_per_s" not in f
        ]

    def _aims(self) -> list[str]:
        return [
            f"aim: {self.titles.get(aim.case, aim.case)}, {aim.figure} {aim.wanted}: "
            f"{_cell(value)}, {'met' if aim.is_met(value) else 'NOT MET'}"
            for aim, value in self._aimed()
        ]

    def _aimed(self) -> list[tuple[Aim, float]]:
        return [
            (aim, self.cases[aim.case][aim.figure])
            for aim in AIMS
            if aim.figure in self.cases.get(aim.case, {})
        ]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need; the first to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    )


def _cell(value: float | None) -> str:
    """Three digits that say something, or all before the point."""
    if value is None or not math.isfinite(value):
        return "-"
    if value == int(value) or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def _finite(figures: Figures) -> dict[str, float | None]:
    return {n: v if math.isfinite(v) else None for n, v in figures.items()}
