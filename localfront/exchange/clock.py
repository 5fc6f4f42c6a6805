"""The clock of CloudFront and of the functions at the edge: the real one until somebody moves it.

It decides freshness, `Age`, `Date`, signed URLs and cookies, and what functions see. TLS and time-outs
keep the real clock. Times are Unix seconds, as `time.time()` gives them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from localfront.errors import LocalfrontError

LATEST = 253_402_300_799  # the end of the year 9999, after which there are no dates
UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}  # of durations as people write them, in seconds


class ClockError(LocalfrontError):
    """The clock can't be moved, or not to there."""


class Clock(Protocol):
    def __call__(self) -> float:
        """Unix seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`offset` in seconds; `frozen` is where the clock stands still, if it does."""

    offset: float = 0.0
    frozen: float | None = None

    @property
    def is_moved(self) -> bool:
        return self is not REAL and self != REAL

    def __str__(self) -> str:
        """Short, for a line of a log: `+1h30m`, or the time at which it stands still."""
        if self.frozen is not None:
            return f"stopped at {utc(self.frozen)}"
        return duration(self.offset)


REAL = Setting()


class MovableClock:
    """Tells the time when called. `fixed_because` is why it can't be moved, in a sentence.

    `real` is the clock that it goes by.
    """

    def __init__(self, *, real: Clock = time.time, fixed_because: str = "") -> None:
        self._real = real
        self._fixed_because = fixed_because
        self._listeners: list[Callable[[Setting], None]] = []
        self.setting = REAL

    def __call__(self) -> float:
        frozen = self.setting.frozen
        return self._real() + self.setting.offset if frozen is None else frozen

    def shift(self) -> float:
        """How far it is ahead of the real clock at this moment, in seconds."""
        return self() - self._real() if self.setting.is_moved else 0.0

    def tell(self, listener: Callable[[Setting], None]) -> None:
        """Call the listener at each move, with the new setting."""
        self._listeners.append(listener)

    def advance(self, seconds: float) -> None:
        """Move it ahead, or back where `seconds` is negative; a clock that stands still goes on standing.

        Raises ClockError, as the others do.
        """
        frozen = self.setting.frozen
        if frozen is None:
            self._set(Setting(offset=self.setting.offset + seconds))
        else:
            self._set(Setting(frozen=frozen + seconds))

    def freeze(self, at: float | None = None) -> None:
        """Let it stand still, now or at a time."""
        self._set(Setting(frozen=self() if at is None else at))

    def reset(self) -> None:
        """Back to the real time."""
        self._set(REAL)

    def _set(self, setting: Setting) -> None:
        if self._fixed_because and setting.is_moved:
            raise ClockError(self._fixed_because)
        there = self._real() + setting.offset if setting.frozen is None else setting.frozen
        if not 0 <= there <= LATEST:
            raise ClockError("The clock can't go there: it tells times from 1970 to 9999.")
        self.setting = setting
        for listener in self._listeners:
            listener(setting)


def utc(moment: float) -> str:
    """Unix seconds for people: `2026-12-24 18:00:00 UTC`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def duration(seconds: float) -> str:
    """`+1h30m`, `-2d`; what is less than a second counts as 0s."""
    left, text = int(abs(seconds)), ""
    for unit, size in UNITS.items():
        count, left = divmod(left, size)
        text += f"{count}{unit}" if count else ""
    return ("-" if seconds < 0 else "+") + (text or "0s")
