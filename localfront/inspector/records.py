"""The last requests' traces; nothing is computed until the inspector is open.

Bounded in number and bytes. Traces are held by reference and contain no object bodies, so that
recording a hit costs almost nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from itertools import islice

from localfront.exchange.request_trace import Step, Trace
from localfront.inspector.function_bodies import bodies_in, holds_bodies, without_bodies
from localfront.inspector.function_runs import FunctionRuns

# Old traces have left the processor's caches, and releasing them costs each hit microseconds.
MOST_UNSEEN = 250
MOST = 2500
SEEN_FOR = 600.0  # seconds after the last access
MAX_BYTES = 48 * 1024 * 1024
BYTES_OF_ANY = 4096  # bytes of a record besides its texts
BYTES_OF_FUNCTION_STEP = 16 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """A record. `number` counts from 1; `at` is the Unix time of the response."""

    number: int
    at: float
    trace: Trace


class Records:
    """With `bodies`, bodies in events and results are recorded.

    While the inspector is not in use, traces are only queued; numbers, times and sizes are computed
    at the next access. After a while without access, it counts as not in use.
    """

    def __init__(
        self, *, most: int = MOST, max_bytes: int = MAX_BYTES, bodies: bool = False
    ) -> None:
        self._most = most
        self._max_bytes = max_bytes
        self._bodies = bodies
        self._seen_until = float("inf") if bodies else 0.0  # bodies are counted at once
        self._unseen: deque[Trace] = deque(maxlen=min(most, MOST_UNSEEN))
        self._kept: deque[tuple[Record, int]] = deque()  # with its size
        self._bytes = 0
        self._last = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self.runs = FunctionRuns()

    def __len__(self) -> int:
        self._take_in()
        return len(self._kept)

    @property
    def last(self) -> int:
        """The number of the newest record."""
        self._take_in()
        return self._last

    def add(self, trace: Trace) -> None:
        if trace.runs:
            self._look_at_runs(trace)
        self._unseen.append(trace)
        if self._seen_until:
            self._take_in()
            if self._waiting:
                self._wake()
            if time.time() > self._seen_until:
                self._go_idle()

    def look(self) -> None:
        """Note that the inspector is in use."""
        self._take_in()
        self._seen_until = max(self._seen_until, time.time() + SEEN_FOR)

    def get(self, number: int) -> Record | None:
        """The record with this number; None if it is gone or never existed."""
        first = self.last - len(self._kept) + 1
        if not first <= number <= self._last:
            return None
        return self._kept[number - first][0]

    def after(self, number: int, *, most: int) -> list[Record]:
        """At most `most` of the newest records after a number, in order."""
        wanted = min(most, self.last - number, len(self._kept))
        newest = islice(reversed(self._kept), max(0, wanted))
        return [record for record, _ in newest][::-1]

    def of(self, request_id: str) -> Record | None:
        """The record with CloudFront's request id, X-Amz-Cf-Id."""
        self._take_in()
        newest = (record for record, _ in reversed(self._kept))
        return next((record for record in newest if record.trace.request_id == request_id), None)

    def clear(self) -> None:
        self._take_in()
        self._kept.clear()
        self._bytes = 0

    async def wait(self, after: int, *, seconds: float) -> None:
        """Wait for a record after a number, or until the time-out."""
        if self.last > after:
            return
        woken = asyncio.get_running_loop().create_future()
        self._waiting.add(woken)
        try:
            await asyncio.wait_for(woken, seconds)
        except TimeoutError:
            return
        finally:
            self._waiting.discard(woken)

    def _wake(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting = set()

    def _look_at_runs(self, trace: Trace) -> None:
        for step in trace.runs:
            self.runs.add(step)
            if not self._bodies:
                _relieve(step)

    def _take_in(self) -> None:
        """Number the queued traces, and enforce the bounds."""
        while self._unseen:
            trace = self._unseen.popleft()
            self._last += 1
            weight = _weight(trace)
            self._kept.append((Record(self._last, _responded_at(trace), trace), weight))
            self._bytes += weight
        while len(self._kept) > self._most or (
            self._bytes > self._max_bytes and len(self._kept) > 1
        ):
            self._bytes -= self._kept.popleft()[1]

    def _go_idle(self) -> None:
        """Not in use for a while: keep only a few records."""
        self._seen_until = 0.0
        while len(self._kept) > MOST_UNSEEN:
            self._bytes -= self._kept.popleft()[1]


def _responded_at(trace: Trace) -> float:
    """The Unix time of the response, from the trace's monotonic clock."""
    return time.time() - trace.elapsed_ms / 1000 + trace.duration_ms / 1000


def _weight(trace: Trace) -> int:
    """The approximate size in bytes."""
    weight = BYTES_OF_ANY + len(trace.target)
    if trace.request is not None:
        weight += sum(len(text) for _, text in trace.request.headers)
    for step in trace.steps:
        if "event" in step.kept:
            bodies = bodies_in((step.kept["event"], step.kept.get("returned")))
            weight += BYTES_OF_FUNCTION_STEP + sum(map(len, bodies))
    return weight


def _relieve(step: Step) -> None:
    """Replace bodies in events and results by their lengths."""
    recorded = step.kept
    if holds_bodies((recorded["event"], recorded.get("returned"))):
        for name in ("event", "returned"):
            recorded[name] = without_bodies(recorded.get(name))
