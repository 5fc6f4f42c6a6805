"""The arithmetic of measurements: pure functions and values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What one server did for a while; times in milliseconds where they say so.

    `failed` counts answers other than those asked for, and `answered` is the first line of the first
    of them. `cpu_seconds` is the time that the server's process had a core, where the system tells it.
    """

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failed: int = 0
    answered: str = ""
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
    """The value that this share (0 to 1) of the values does not exceed: the nearest rank.

    `ordered` is in ascending order. Raises ValueError when it is empty.
    """
    if not ordered:
        raise ValueError("no values, so no percentile")
    rank = max(1, math.ceil(share * len(ordered)))
    return ordered[rank - 1]


def middle(slices: Sequence[Slice], figure: Callable[[Slice], float | None]) -> float:
    """The median of a figure over the rounds; NaN where the system does not tell it."""
    told = [value for value in map(figure, slices) if value is not None]
    return median(told) if told else math.nan


def ratio(
    ours: Sequence[Slice], theirs: Sequence[Slice], figure: Callable[[Slice], float]
) -> float:
    """The median of the ratios within each round.

    Both sides of a round ran one after the other: what else the machine did at that time slowed
    them alike, and falls out.
    """
    pairs = zip(ours, theirs, strict=True)
    within = [figure(a) / figure(b) for a, b in pairs if figure(b)]
    return median(within) if within else math.nan


def difference(
    ours: Sequence[Slice], theirs: Sequence[Slice], figure: Callable[[Slice], float]
) -> float:
    """The median of the differences within each round."""
    return median(figure(a) - figure(b) for a, b in zip(ours, theirs, strict=True))
