"""The clock of served distributions, for tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from localfront.exchange.clock import MovableClock
from localfront.exchange.clock_orders import parse_time
from localfront.testing.background_loop import BackgroundLoop


class TestClock:
    """The clock of CloudFront and functions: freshness, `Age`, `Date`, signed URLs, `time.time()`.

    Raises ClockError for invalid times.
    """

    __test__ = False  # by its name, pytest would collect it

    def __init__(self, clock: MovableClock, loop: BackgroundLoop) -> None:
        self._clock, self._loop = clock, loop

    @property
    def now(self) -> float:
        """Unix seconds."""
        return self._clock()

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Move the clock ahead; a frozen one stays frozen."""
        ahead = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self._in_loop(lambda: self._clock.advance(ahead.total_seconds()))

    def freeze(self, at: datetime | str | float | None = None) -> None:
        """Freeze the clock, now or at a time (ISO 8601 text; UTC if it has no zone)."""
        moment = parse_time(at) if isinstance(at, str) else at
        if isinstance(moment, datetime):
            moment = parse_time(moment.isoformat())
        self._in_loop(lambda: self._clock.freeze(moment))

    def reset(self) -> None:
        """Return to the real time."""
        self._in_loop(self._clock.reset)

    def _in_loop(self, act: Callable[[], None]) -> None:
        """Run in the server's loop, so that no request sees a partial move."""

        async def acting() -> None:
            act()

        self._loop.run(acting())
