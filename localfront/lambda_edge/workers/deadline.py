"""The deadline of an invocation, cheap to set: most invocations end long before it.

`asyncio.timeout` creates a timer for each and cancels it. This timer is kept: if it expires too
early, it waits for the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Deadline:
    """Calls `over` when the last deadline set has passed, unless it was cancelled."""

    def __init__(self, over: Callable[[], None]) -> None:
        self._over = over
        self._loop = asyncio.get_running_loop()
        self._at: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    def set(self, seconds: float) -> None:
        at = self._at = self._loop.time() + seconds
        timer = self._timer
        if timer is None or timer.when() > at:
            self._wait_until(at)

    def lift(self) -> None:
        self._at = None

    def close(self) -> None:
        self.lift()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait_until(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(at, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._at is None:
            return
        if self._at > self._loop.time():
            self._wait_until(self._at)
        else:
            self._at = None
            self._over()
