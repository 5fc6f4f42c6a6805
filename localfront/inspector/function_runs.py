"""How functions did, counted as their requests are recorded."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from localfront.exchange.request_trace import Step

REMEMBERED = 1000  # runs, of which the percentiles are


@dataclass(slots=True)
class Runs:
    """Of one version of a function; the milliseconds are those that its requests waited for it."""

    calls: int = 0
    errors: int = 0
    _ms: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def add(self, step: Step) -> None:
        self.calls += 1
        self.errors += "failed" in step.kept
        self._ms.append(step.duration_ms)

    def percentile(self, percent: int) -> float | None:
        """By the nearest rank; None where it has not run."""
        ordered = sorted(self._ms)
        if not ordered:
            return None
        return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


class FunctionRuns:
    """By the ARN that a behavior names; those of functions that are gone are kept, which are few."""

    def __init__(self) -> None:
        self._by_arn: dict[str, Runs] = {}

    def add(self, step: Step) -> None:
        """A step of a function, as `edge_triggers` keeps it."""
        arn = step.kept["ran"][0]
        runs = self._by_arn.get(arn)
        if runs is None:
            runs = self._by_arn[arn] = Runs()
        runs.add(step)

    def of(self, arn: str) -> Runs:
        return self._by_arn.get(arn) or Runs()
