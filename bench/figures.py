"""The arithmetic of measurements: pure functions and values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The figures of one server in a time slice; times in milliseconds if named so.

    `failed` counts unexpected responses, and `unexpected` is the status line of the first of them.
    `cpu_seconds` is the processor time of the server, if the system reports it.
    """

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failed: int = 0
    unexpected: str = ""
    cpu_seconds: float | None = None

    @property
    def requests_per_s(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0

    @property
    def cpu_us_per_request(self) -> float | None:
        if self.cpu_seconds is None or not self.requests:
            return None
        return self.cpu_seconds / self.requests * 1e6


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: the value that this share (0 to 1) of the values does not
    exceed.

    `ordered` is in ascending order. Raises ValueError if it is empty.
    """
    if not ordered:
        raise ValueError("no values, so no percentile")
    rank = max(1, math.ceil(share * len(ordered)))
    return ordered[rank - 1]


def middle(slices: Sequence[Slice], figure: Callable[[Slice], float | None]) -> float:
    """The median of a figure over the rounds; NaN if the system does not report it."""
    found = [value for value in map(figure, slices) if value is not None]
    return median(found) if found else math.nan


def ratio(
    ours: Sequence[Slice], theirs: Sequence[Slice], figure: Callable[[Slice], float]
) -> float:
    """The median of the ratios within each round.

    Both sides of a round ran one after the other: other load slowed them alike, and cancels out.
    """
    pairs = zip(ours, theirs, strict=True)
    within = [figure(a) / figure(b) for a, b in pairs if figure(b)]
    return median(within) if within else math.nan


def difference(
    ours: Sequence[Slice], theirs: Sequence[Slice], figure: Callable[[Slice], float]
) -> float:
    """The median of the differences within each round."""
    return median(figure(a) - figure(b) for a, b in zip(ours, theirs, strict=True))
