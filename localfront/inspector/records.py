"""The last requests' traces, as they are: nothing is worked out before somebody looks.

Bounded in number and in bytes. A trace is held by reference and never holds an object's body, so
that keeping one costs a hit next to nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from itertools import islice

from localfront.exchange.request_trace import Step, Trace
from localfront.inspector.function_bodies import bodies_in, without_bodies
from localfront.inspector.function_runs import FunctionRuns

# What lies far back has left the processor's caches, and costs each hit several microseconds.
MOST_UNSEEN = 250
MOST = 2500
SEEN_FOR = 600.0  # seconds after the last look
MAX_BYTES = 48 * 1024 * 1024
BYTES_OF_ANY = 4096  # of a record beside its texts: objects, links
BYTES_OF_FUNCTION_STEP = 16 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """`number` counts from 1 and is never used again; `at` is Unix time, when it was answered."""

    number: int
    at: float
    trace: Trace


class Records:
    """With `bodies`, what functions saw and returned is kept with its body.

    Ten times as many are kept while somebody looks, who says so by `look`.
    """

    def __init__(
        self, *, most: int = MOST, max_bytes: int = MAX_BYTES, bodies: bool = False
    ) -> None:
        self._most_seen = most
        self._most = min(most, MOST_UNSEEN)
        self._seen_until = 0.0
        self._max_bytes = max_bytes
        self._bodies = bodies
        self._kept: deque[tuple[float, Trace]] = deque()
        self._weights: deque[int] = deque()  # of the last ones, as many as came while it was seen
        self._bytes = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self.last = 0
        self.runs = FunctionRuns()

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, trace: Trace) -> None:
        now = time.time()
        kept = self._kept
        self.last += 1
        kept.append((now, trace))
        for step in trace.steps:
            if "event" in step.kept:
                self.runs.add(step)
                if not self._bodies:
                    _relieve(step)
        if len(kept) > self._most:
            self._drop()
        if self._seen_until:
            self._bound(now, trace)

    def look(self) -> None:
        """Note that somebody looks."""
        self._seen_until, self._most = time.time() + SEEN_FOR, self._most_seen

    def get(self, number: int) -> Record | None:
        """The record of that number; None for one that is gone, or never was."""
        first = self.last - len(self._kept) + 1
        if not first <= number <= self.last:
            return None
        at, trace = self._kept[number - first]
        return Record(number, at, trace)

    def after(self, number: int, *, most: int) -> list[Record]:
        """The newest of those after a number, in their order, `most` of them at the most."""
        wanted = min(most, self.last - number, len(self._kept))
        newest = islice(reversed(self._kept), max(0, wanted))
        return [Record(self.last - n, at, trace) for n, (at, trace) in enumerate(newest)][::-1]

    def of(self, request_id: str) -> Record | None:
        """The request with CloudFront's id, which viewers get as X-Amz-Cf-Id."""
        for n, (at, trace) in enumerate(reversed(self._kept)):
            if trace.request_id == request_id:
                return Record(self.last - n, at, trace)
        return None

    def clear(self) -> None:
        self._kept.clear()
        self._weights.clear()
        self._bytes = 0

    async def wait(self, after: int, *, seconds: float) -> None:
        """Until there is one after a number, or for so long."""
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

    def _bound(self, now: float, trace: Trace) -> None:
        """Only while it is seen: few are kept otherwise, and a hit has no time to lose."""
        weight = _weight(trace)
        self._weights.append(weight)
        self._bytes += weight
        while self._bytes > self._max_bytes and len(self._kept) > 1:
            self._drop()
        if self._waiting:
            self._wake()
        if now > self._seen_until:
            self._seen_until, self._most = 0.0, min(self._most_seen, MOST_UNSEEN)
            self._weights.clear()
            self._bytes = 0
            while len(self._kept) > self._most:
                self._drop()

    def _drop(self) -> None:
        """The oldest."""
        if len(self._weights) == len(self._kept):
            self._bytes -= self._weights.popleft()
        self._kept.popleft()


def _weight(trace: Trace) -> int:
    """Bytes, more or less."""
    weight = BYTES_OF_ANY + len(trace.target)
    if trace.request is not None:
        weight += sum(len(text) for _, text in trace.request.headers)
    for step in trace.steps:
        if "event" in step.kept:
            bodies = bodies_in((step.kept["event"], step.kept.get("returned")))
            weight += BYTES_OF_FUNCTION_STEP + sum(map(len, bodies))
    return weight


def _relieve(step: Step) -> None:
    """Of what a function saw and gave, tell the bodies by their length alone."""
    kept = step.kept
    if any(bodies_in((kept["event"], kept.get("returned")))):
        for name in ("event", "returned"):
            kept[name] = without_bodies(kept.get(name))
