"""Statistics of functions' invocations."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from localfront.exchange.request_trace import Step

REMEMBERED = 1000  # invocations that the percentiles cover


@dataclass(slots=True)
class Runs:
    """Statistics of one function version; durations in milliseconds, as seen by requests."""

    calls: int = 0
    errors: int = 0
    _ms: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def add(self, step: Step) -> None:
        self.calls += 1
        self.errors += "failed" in step.kept
        self._ms.append(step.duration_ms)

    def percentile(self, percent: int) -> float | None:
        """A percentile by nearest rank; None if there are no invocations."""
        ordered = sorted(self._ms)
        if not ordered:
            return None
        return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


class FunctionRuns:
    """Statistics by ARN in behaviors; those of removed functions stay, as they are few."""

    def __init__(self) -> None:
        self._by_arn: dict[str, Runs] = {}

    def add(self, step: Step) -> None:
        """Count a function's step, as recorded by `edge_triggers`."""
        arn = step.kept["ran"][0]
        runs = self._by_arn.get(arn)
        if runs is None:
            runs = self._by_arn[arn] = Runs()
        runs.add(step)

    def of(self, arn: str) -> Runs:
        return self._by_arn.get(arn) or Runs()
