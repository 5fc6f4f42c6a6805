"""The clock of CloudFront and of edge functions; it can be moved for tests.

It determines freshness, `Age`, `Date`, signed URLs and cookies, and the functions' time. TLS and
time-outs use the real clock. Times are Unix seconds, as from `time.time()`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from localfront.errors import LocalfrontError

LATEST = 253_402_300_799  # the end of 9999, datetime's limit
UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}  # units of durations, in seconds


class ClockError(LocalfrontError):
    """The clock cannot be moved, or not to that time."""


class Clock(Protocol):
    def __call__(self) -> float:
        """Unix seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A clock's setting: `offset` in seconds, or the time at which it is `frozen`."""

    offset: float = 0.0
    frozen: float | None = None

    @property
    def is_moved(self) -> bool:
        return self is not REAL and self != REAL

    def __str__(self) -> str:
        """Short text for log lines: `+1h30m`, or the time at which it is frozen."""
        if self.frozen is not None:
            return f"stopped at {utc(self.frozen)}"
        return duration(self.offset)


REAL = Setting()


class MovableClock:
    """A clock, called for the time. `fixed_because` is a sentence why it cannot be moved.

    `real` is the underlying clock.
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
        """The difference from the real clock at this moment, in seconds."""
        return self() - self._real() if self.setting.is_moved else 0.0

    def subscribe(self, listener: Callable[[Setting], None]) -> None:
        """Register a listener, called with each new setting."""
        self._listeners.append(listener)

    def advance(self, seconds: float) -> None:
        """Move the clock ahead, or back if `seconds` is negative; a frozen one stays frozen.

        Raises ClockError, as the other methods do.
        """
        frozen = self.setting.frozen
        if frozen is None:
            self._set(Setting(offset=self.setting.offset + seconds))
        else:
            self._set(Setting(frozen=frozen + seconds))

    def freeze(self, at: float | None = None) -> None:
        """Freeze the clock, now or at a given time."""
        self._set(Setting(frozen=self() if at is None else at))

    def reset(self) -> None:
        """Return to the real time."""
        self._set(REAL)

    def _set(self, setting: Setting) -> None:
        if self._fixed_because and setting.is_moved:
            raise ClockError(self._fixed_because)
        there = self._real() + setting.offset if setting.frozen is None else setting.frozen
        if not 0 <= there <= LATEST:
            raise ClockError(
                "The clock can't be set to that time: it must lie between 1970 and 9999."
            )
        self.setting = setting
        for listener in self._listeners:
            listener(setting)


def utc(moment: float) -> str:
    """A time as text: `2026-12-24 18:00:00 UTC`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def duration(seconds: float) -> str:
    """A duration as text: `+1h30m`, `-2d`; less than a second is 0s."""
    left, text = int(abs(seconds)), ""
    for unit, size in UNITS.items():
        count, left = divmod(left, size)
        text += f"{count}{unit}" if count else ""
    return ("-" if seconds < 0 else "+") + (text or "0s")
