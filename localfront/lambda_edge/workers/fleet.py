"""The workers of one function version, all with the same code."""

from __future__ import annotations

import asyncio

from localfront.errors import EdgeThrottledError
from localfront.lambda_edge.function import EdgeFunction
from localfront.lambda_edge.workers.worker import Worker


class Fleet:
    """A fleet. `slots` limits the workers; `under_way` counts running and waiting invocations."""

    def __init__(self, function: EdgeFunction, limit: int) -> None:
        self.function = function
        self.arn = str(function.arn)
        self.slots = asyncio.Semaphore(limit)
        self._limit = limit
        self.under_way = 0
        self.starts = 0  # of workers
        self.peak_mb: int | None = None  # peak memory of a worker
        # With the time of last use: the last was used last, the first is idle longest.
        self._idle: list[tuple[float, Worker]] = []

    def enter(self, most: int) -> None:
        """Count an invocation until it leaves.

        Raises EdgeThrottledError if there are `most` already.
        """
        if self.under_way >= most:
            raise EdgeThrottledError(
                f"Function {self.function.title} has {self.under_way} invocations under way, as "
                "many as Lambda runs concurrently: this one is throttled. Check whether it is "
                "slow, or called in a loop."
            )
        self.under_way += 1

    def leave(self) -> None:
        self.under_way -= 1

    def runs(self, function: EdgeFunction) -> bool:
        """Whether it is the function's, with the same code. Most often it is the very same object."""
        return self.function is function or self.function == function

    def used(self, megabytes: int | None) -> None:
        """Record a worker's memory usage; None if unknown."""
        if megabytes is not None:
            self.peak_mb = max(megabytes, self.peak_mb or 0)

    @property
    def idle(self) -> int:
        return len(self._idle)

    @property
    def workers(self) -> int:
        """All workers, idle and busy."""
        return self.idle + min(self.under_way, self._limit)

    @property
    def has_idle(self) -> bool:
        return bool(self._idle)

    def put(self, worker: Worker, *, since: float) -> None:
        """Return a worker, idle since `since`."""
        self._idle.append((since, worker))

    def take(self) -> Worker | None:
        """Take the idle worker that was used last."""
        return self._idle.pop()[1] if self._idle else None

    def take_all(self) -> list[Worker]:
        return self.take_idle_since(float("inf"))

    def take_idle_since(self, time: float) -> list[Worker]:
        """Take the workers that are idle since `time` or longer."""
        taken = [worker for since, worker in self._idle if since <= time]
        self._idle = [idle for idle in self._idle if idle[0] > time]
        return taken
