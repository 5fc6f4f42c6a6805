"""Write request log lines to a stream.

It does not use `logging`, which takes longer for a line than the whole pipeline for a hit.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TextIO

from localfront.exchange.clock import MovableClock
from localfront.exchange.request_trace import Trace
from localfront.logs.request_lines import Form, is_problem, whole_way

EVERY = 0.02  # seconds; a write takes as long as a cache lookup


class RequestLog:
    """Buffers lines for EVERY seconds; to be flushed at the end.

    With `problems_alone` only problems are written. The time of day is the real one, followed by
    the setting of a moved `clock`.
    """

    def __init__(
        self,
        stream: TextIO,
        form: Form = whole_way,
        *,
        problems_alone: bool = False,
        clock: MovableClock | None = None,
    ) -> None:
        self._stream = stream
        self._form = form
        self._problems_alone = problems_alone
        self._clock = clock or MovableClock()
        self._loop = asyncio.get_running_loop()
        self._waiting: list[str] = []
        self._second = 0
        self._clock_time = ""

    def write(self, trace: Trace) -> None:
        if self._problems_alone and not is_problem(trace):
            return
        if not self._waiting:
            self._loop.call_later(EVERY, self.flush)
        now = int(time.time())
        if now != self._second:
            self._second = now
            self._clock_time = time.strftime("%H:%M:%S", time.localtime(now))
        self._waiting.append(self._form(trace, self._moment()))

    def _moment(self) -> str:
        setting = self._clock.setting
        return f"{self._clock_time} {setting}" if setting.is_moved else self._clock_time

    def flush(self) -> None:
        lines, self._waiting = self._waiting, []
        if not lines:
            return
        # A full disk, or a closed pipe: it cannot be reported anywhere, and no request fails for
        # it.
        with contextlib.suppress(OSError):
            self._stream.write("".join(lines))
            self._stream.flush()
