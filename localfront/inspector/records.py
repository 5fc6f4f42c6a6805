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
from localfront.inspector.function_bodies import bodies_in, holds_bodies, without_bodies
from localfront.inspector.function_runs import FunctionRuns

# What lies far back has left the processor's caches, and costs each hit microseconds.
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

    While nobody looks, a trace is put at the end of a queue and that is all: its number, its time
    and its weight are worked out at the next look, which ends after a while.
    """

    def __init__(
        self, *, most: int = MOST, max_bytes: int = MAX_BYTES, bodies: bool = False
    ) -> None:
        self._most = most
        self._max_bytes = max_bytes
        self._bodies = bodies
        self._seen_until = float("inf") if bodies else 0.0  # bodies are weighed at once
        self._unseen: deque[Trace] = deque(maxlen=min(most, MOST_UNSEEN))
        self._kept: deque[tuple[Record, int]] = deque()  # with its weight
        self._bytes = 0
        self._last = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self.runs = FunctionRuns()

    def __len__(self) -> int:
        self._take_in()
        return len(self._kept)

    @property
    def last(self) -> int:
        """The newest one's number."""
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
                self._forget_what_is_seen()

    def look(self) -> None:
        """Note that somebody looks."""
        self._take_in()
        self._seen_until = max(self._seen_until, time.time() + SEEN_FOR)

    def get(self, number: int) -> Record | None:
        """The record of that number; None for one that is gone, or never was."""
        first = self.last - len(self._kept) + 1
        if not first <= number <= self._last:
            return None
        return self._kept[number - first][0]

    def after(self, number: int, *, most: int) -> list[Record]:
        """The newest of those after a number, in their order, `most` of them at the most."""
        wanted = min(most, self.last - number, len(self._kept))
        newest = islice(reversed(self._kept), max(0, wanted))
        return [record for record, _ in newest][::-1]

    def of(self, request_id: str) -> Record | None:
        """The request with CloudFront's id, which viewers get as X-Amz-Cf-Id."""
        self._take_in()
        newest = (record for record, _ in reversed(self._kept))
        return next((record for record in newest if record.trace.request_id == request_id), None)

    def clear(self) -> None:
        self._take_in()
        self._kept.clear()
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

    def _look_at_runs(self, trace: Trace) -> None:
        for step in trace.runs:
            self.runs.add(step)
            if not self._bodies:
                _relieve(step)

    def _take_in(self) -> None:
        """Number what came while nobody looked, and keep within the bounds."""
        while self._unseen:
            trace = self._unseen.popleft()
            self._last += 1
            weight = _weight(trace)
            self._kept.append((Record(self._last, _answered_at(trace), trace), weight))
            self._bytes += weight
        while len(self._kept) > self._most or (
            self._bytes > self._max_bytes and len(self._kept) > 1
        ):
            self._bytes -= self._kept.popleft()[1]

    def _forget_what_is_seen(self) -> None:
        """Nobody has looked for a while: few are kept, as before."""
        self._seen_until = 0.0
        while len(self._kept) > MOST_UNSEEN:
            self._bytes -= self._kept.popleft()[1]


def _answered_at(trace: Trace) -> float:
    """Unix time. A trace has a clock that tells no time of day, by which it began."""
    return time.time() - trace.elapsed_ms / 1000 + trace.duration_ms / 1000


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
    if holds_bodies((kept["event"], kept.get("returned"))):
        for name in ("event", "returned"):
            kept[name] = without_bodies(kept.get(name))
