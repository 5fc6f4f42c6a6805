"""The results as tables in Markdown for people, and as JSON for programs. No I/O."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.aims import AIMS, Aim
from bench.tables import figure, one_line, table

Figures = dict[str, float]
Series = dict[str, dict[str, Figures]]  # of growth: series, then point

BESIDE = {  # compared with the bare server: columns, and their figures
    "rate, relative to the bare server": "ratio_to_bare_server",
    "req/s": "requests_per_s",
    "p50 ms": "p50_ms",
    "p99 ms": "p99_ms",
    "CPU ratio": "cpu_ratio_to_bare_server",
    "CPU µs": "cpu_us",
    "bare server's CPU µs": "bare_cpu_us",
}
WITH_A_FUNCTION = {
    "adds to p50, ms": "added_p50_ms",
    "p50 ms": "p50_ms",
    "p99 ms": "p99_ms",
    "CPU µs of the server": "cpu_us",
    "req/s, 1 worker": "requests_per_s_1_workers",
    "2 workers": "requests_per_s_2_workers",
    "4 workers": "requests_per_s_4_workers",
    "4 to 1": "four_workers_to_one",
}
GROWING = {"req/s": "requests_per_s", "p50 ms": "p50_ms", "CPU µs": "cpu_us"}
IN_SHORT = {"rate, relative to the bare server": "ratio_to_bare_server"}  # for localfront/README.md
FUNCTIONS = (
    "viewer_request",
    "viewer_request_computing",
    "viewer_request_node",
    "cloudfront_function",
)
OF_STARTS = ("start", "serve_on_a_plan")
OTHER_CASES = (
    *OF_STARTS,
    "inspector_cost",
    "live_reload",
    "memory",
    "page_load",
    "page_load_in_a_browser",
)
SHORT = ("cache_hit", "https_hit", "cache_miss")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The results of a run.

    `titles` name the rows, `remarks` describe the conditions, and `failures` have the reason by
    case. A case with figures has a reason, too, if some of its responses were unexpected.
    """

    cases: Mapping[str, Figures]
    peers: Mapping[str, Figures]
    titles: Mapping[str, str]
    peers_functions: Mapping[str, Figures] = field(default_factory=dict)
    growth: Series = field(default_factory=dict)
    remarks: Sequence[str] = ()
    failures: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Figures by case; null if the system does not report one.

        Cases that were not measured are left out, so that an earlier run's figures are kept.
        """
        started = [self.cases[name] for name in OF_STARTS if name in self.cases]
        start = {key: value for figures in started for key, value in figures.items()}
        growth = {
            series: {much: _finite(figures) for much, figures in points.items()}
            for series, points in self.growth.items()
        }
        document: dict[str, Any] = {
            "cases": {n: _finite(f) for n, f in self.cases.items() if n not in OF_STARTS},
            "peers": {name: _finite(figures) for name, figures in self.peers.items()},
            "peers_functions": {n: _finite(f) for n, f in self.peers_functions.items()},
            "start": _finite(start),
            "growth": growth,
        }
        return {
            name: part for name, part in document.items() if part or name in ("cases", "peers")
        } | {
            "aims": [_as_json(aim, value) for aim, value in self._aimed()],
            "remarks": list(self.remarks),
            "failures": [f"{name}: {reason}" for name, reason in self.failures.items()],
        }

    def as_text(self) -> str:
        parts = [
            self._section("Compared with the bare server", BESIDE, self._beside()),
            self._functions(),
            *self._grown(),
            self._others(),
            self._section("For localfront/README.md", IN_SHORT, self._short(), reasons=False),
            "\n".join([*self._aims(), *self.remarks]),
        ]
        return "\n\n".join(part for part in parts if part)

    def _beside(self) -> list[str]:
        """Cases and peers, including failed ones, in the order of their titles."""
        others = {*FUNCTIONS, *OTHER_CASES, "growth"}
        return [name for name in self.titles if name not in others]

    def _functions(self) -> str:
        """The table of functions. A failed peer is in the first table."""
        title = "A function that returns the request"
        ours = {name: self.cases[name] for name in FUNCTIONS if name in self.cases}
        failed = [name for name in FUNCTIONS if name in self.failures]
        rows = [
            [self._title(name), *cells(figures, WITH_A_FUNCTION)]
            for name, figures in {**ours, **self.peers_functions}.items()
        ] + [self._failed(name) for name in failed]
        return f"### {title}\n\n{table(['', *WITH_A_FUNCTION], rows)}" if rows else ""

    def _short(self) -> list[str]:
        """The rows for localfront/README.md, the fastest first."""
        measured = {**{n: self.cases[n] for n in SHORT if n in self.cases}, **self.peers}
        rates = {name: f.get("ratio_to_bare_server", 0.0) for name, f in measured.items()}
        return sorted(rates, key=lambda name: -rates[name])

    def _section(
        self, title: str, columns: Mapping[str, str], names: Sequence[str], *, reasons: bool = True
    ) -> str:
        measured = {**self.cases, **self.peers}
        rows = []
        for name in names:
            if figures := measured.get(name):
                rows.append([self._title(name), *cells(figures, columns)])
            if reasons and name in self.failures:
                rows.append(self._failed(name))
        return f"### {title}\n\n{table(['', *columns], rows)}" if rows else ""

    def _failed(self, name: str) -> list[str]:
        return [self._title(name), f"not measured: {one_line(self.failures[name])}"]

    def _grown(self) -> list[str]:
        return [
            f"### Growth: {series}\n\n"
            + table(
                ["", *GROWING],
                [[much, *cells(figures, GROWING)] for much, figures in points.items()],
            )
            for series, points in self.growth.items()
        ]

    def _others(self) -> str:
        """The cases with figures of their own kind, one row per figure."""
        rows: list[list[str]] = []
        for name in (*OTHER_CASES, "growth"):
            for key, value in self.cases.get(name, {}).items():
                rows.append([self._title(name), key.replace("_", " "), figure(value)])
            if name in self.failures:
                rows.append(self._failed(name))
        return (
            f"### Starts, edits, memory, inspector\n\n{table(['', 'what', 'figure'], rows)}"
            if rows
            else ""
        )

    def _title(self, name: str) -> str:
        return self.titles.get(name, name)

    def _aims(self) -> list[str]:
        return [
            f"target: {self._title(aim.case)}, {aim.figure} {aim.wanted}: "
            f"{figure(value)}, {'met' if aim.is_met(value) else 'NOT MET'}"
            for aim, value in self._aimed()
        ]

    def _aimed(self) -> list[tuple[Aim, float]]:
        return [
            (aim, self.cases[aim.case][aim.figure])
            for aim in AIMS
            if aim.figure in self.cases.get(aim.case, {})
        ]


def cells(figures: Figures, columns: Mapping[str, str]) -> list[str]:
    return [figure(figures.get(key)) for key in columns.values()]


def _as_json(aim: Aim, value: float) -> dict[str, Any]:
    return {
        "case": aim.case,
        "figure": aim.figure,
        "wanted": aim.wanted,
        "value": value if math.isfinite(value) else None,
        "met": aim.is_met(value),
    }


def _finite(figures: Figures) -> dict[str, float | None]:
    return {n: v if math.isfinite(v) else None for n, v in figures.items()}
