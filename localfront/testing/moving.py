"""The clock of served distributions, for tests: moved rather than waited for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from localfront.exchange.clock import MovableClock
from localfront.exchange.clock_orders import parse_time
from localfront.testing.background_loop import BackgroundLoop


class TestClock:
    """CloudFront's and its functions', in one: freshness, `Age`, `Date`, signed URLs, `time.time()`.

    Raises ClockError for times that there are not.
    """

    __test__ = False  # pytest takes it for tests by its name

    def __init__(self, clock: MovableClock, loop: BackgroundLoop) -> None:
        self._clock, self._loop = clock, loop

    @property
    def now(self) -> float:
        """Unix seconds."""
        return self._clock()

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Move it ahead; one that stands still goes on standing."""
        ahead = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self._in_loop(lambda: self._clock.advance(ahead.total_seconds()))

    def freeze(self, at: datetime | str | float | None = None) -> None:
        """Let it stand still: now, or at a time (text in ISO 8601, in UTC where it names no zone)."""
        moment = parse_time(at) if isinstance(at, str) else at
        if isinstance(moment, datetime):
            moment = parse_time(moment.isoformat())
        self._in_loop(lambda: self._clock.freeze(moment))

    def reset(self) -> None:
        """Back to the real time."""
        self._in_loop(self._clock.reset)

    def _in_loop(self, act: Callable[[], None]) -> None:
        """Requests are answered there: none sees half of a move."""

        async def acting() -> None:
            act()

        self._loop.run(acting())
