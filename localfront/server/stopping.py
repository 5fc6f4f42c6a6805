"""Shutdown: its signals, and draining of requests in flight."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

LOG = logging.getLogger("localfront")
Result = TypeVar("Result")

# Longer than a usual response takes, and well below the ten seconds after which `docker stop` and
# our own harness kill: under load the rest of the shutdown takes some too.
GRACE_SECONDS = 5.0
# One Ctrl-C can arrive twice: from the terminal, and from the parent process.
SAME_SIGNAL_SECONDS = 0.5


class StopSignals:
    """SIGINT and SIGTERM: the first shuts down gracefully, a later one at once."""

    def __init__(self) -> None:
        self.requested = asyncio.Event()
        self.hurry = asyncio.Event()
        self._asked_at = 0.0
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.ask)

    def ask(self) -> None:
        """Request shutdown, as a signal does."""
        now = time.monotonic()
        if not self.requested.is_set():
            self._asked_at = now
            self.requested.set()
        elif now - self._asked_at > SAME_SIGNAL_SECONDS:
            self.hurry.set()

    async def unless_stopped(self, work: Coroutine[Any, Any, Result]) -> Result | None:
        """The result of the work; None, with the work cancelled, if a signal comes first."""
        working = asyncio.ensure_future(work)
        signalled = asyncio.ensure_future(self.requested.wait())
        try:
            await asyncio.wait((working, signalled), return_when=asyncio.FIRST_COMPLETED)
            return working.result() if working.done() else None
        finally:
            working.cancel()
            signalled.cancel()


class UnderWay:
    """Requests in flight. After `last`, each response closes its connection."""

    def __init__(self, *, grace: float, hurry: asyncio.Event | None) -> None:
        self.is_last = False
        self._grace = grace
        self._hurry = hurry or asyncio.Event()
        self._all: set[object] = set()
        self._none_left = asyncio.Event()

    def last(self) -> None:
        self.is_last = True

    def has(self, request: object) -> bool:
        return request in self._all

    def begins(self, request: object) -> None:
        self._all.add(request)

    def ends(self, request: object) -> None:
        """A request ended, or became a WebSocket, which does not end by itself."""
        self._all.discard(request)
        if self.is_last and not self._all:
            self._none_left.set()

    async def finish(self) -> None:
        """Wait for all requests, at most for the grace period or until a second signal."""
        if not self._all:
            return
        count = len(self._all)
        LOG.info(
            "stopping: %d request%s under way, with %g s to finish; a second Ctrl-C ends at once",
            count,
            " is" if count == 1 else "s are",
            self._grace,
        )
        waiting = [asyncio.ensure_future(e.wait()) for e in (self._none_left, self._hurry)]
        await asyncio.wait(waiting, timeout=self._grace, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        if self._all:
            left = len(self._all)
            LOG.warning(
                "stopping: %d unfinished request%s cut off",
                left,
                " is" if left == 1 else "s are",
            )
