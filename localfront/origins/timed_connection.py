"""A connection to an origin with a cheaper read time-out than aiohttp's."""

from __future__ import annotations

import asyncio

from aiohttp.client_proto import ResponseHandler


class TimedConnection(ResponseHandler):
    """Uses one timer for the time between packets (OG-002).

    aiohttp creates a timer for each chunk and cancels it at the next. Here the timer keeps running;
    when it expires, it checks how long nothing has arrived, and waits for the rest.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._silent_since: float | None = None  # loop time; None while no data is awaited
        self._look: asyncio.TimerHandle | None = None

    def resume_reading(self, resume_parser: bool = True) -> None:
        """Called by aiohttp at each read, whether reading was paused or not."""
        if self._reading_paused:
            super().resume_reading(resume_parser)

    def connection_lost(self, exc: BaseException | None) -> None:
        super().connection_lost(exc)
        if self._look is not None:
            self._look.cancel()

    def _reschedule_timeout(self) -> None:
        if not self._read_timeout:
            self._silent_since = None
            return
        now = self._silent_since = self._loop.time()
        until = now + self._read_timeout
        if self._look is not None:
            if self._look.when() <= until:
                return
            self._look.cancel()
        self._look = self._loop.call_at(until, self._look_for_silence)

    def _drop_timeout(self) -> None:
        self._silent_since = None

    def _look_for_silence(self) -> None:
        self._look = None
        if self._silent_since is None or not self._read_timeout:
            return
        until = self._silent_since + self._read_timeout
        if until <= self._loop.time():
            self._on_read_timeout()
        else:
            self._look = self._loop.call_at(until, self._look_for_silence)
