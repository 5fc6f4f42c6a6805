"""The workers of all functions: started on demand, kept warm, ended when their code is old."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from localfront.edge.function import EdgeFunction
from localfront.edge.results import parse_answer
from localfront.edge.runtime import lay_out_runtime
from localfront.edge.worker import NotTaken, OnLog, Worker
from localfront.errors import EdgeExecutionError

INIT_TIMEOUT = 10.0  # seconds; Lambda's limit for the Init phase


class _Fleet:
    """The workers of one version of a function, all with the same code."""

    def __init__(self, function: EdgeFunction, limit: int) -> None:
        self.function = function
        self.slots = asyncio.Semaphore(limit)
        self.idle: list[Worker] = []  # the last one used is the warmest


class WorkerPool:
    """Runs functions. An async context manager, or call `close`.

    `access` holds the endpoints and credentials that functions have (see
    `environment.aws_access`). `on_log` gets each line that a function prints, with
    Lambda's START, END and REPORT lines. `native_client=False` is for tests: workers then use
    our own client of the Runtime API, as they do on macOS.
    """

    def __init__(
        self,
        *,
        access: Mapping[str, str],
        on_log: OnLog,
        workers_per_function: int = 4,
        init_timeout: float = INIT_TIMEOUT,
        native_client: bool = True,
    ) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="localfront-runtime-")
        self._runtime = Path(self._directory.name).resolve()
        lay_out_runtime(self._runtime, native_client=native_client)
        self._access = dict(access)
        self._on_log = on_log
        self._limit = workers_per_function
        self._init_timeout = init_timeout
        self._fleets: dict[str, _Fleet] = {}
        self._workers: set[Worker] = set()
        self._starting: set[asyncio.Task[Worker]] = set()
        self._stopping: set[asyncio.Task[None]] = set()
        self._is_closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def invoke(self, function: EdgeFunction, event: Mapping[str, Any]) -> object:
        """What the function returns for an event, as JSON values.

        Raises EdgeExecutionError, EdgeLimitError, and EdgeValidationError for an answer that
        is no JSON. Waits while all workers of the function are busy.
        """
        sent = json.dumps(event, separators=(",", ":")).encode()
        fleet = self._fleet(function)
        async with fleet.slots:
            while not self._is_closed:
                worker = self._idle(fleet, function) or await self._start(function)
                try:
                    answer = await worker.invoke(sent)
                except NotTaken:
                    continue
                finally:
                    self._give_back(worker, fleet)
                return parse_answer(answer, function=function)
        raise _stopped(function)

    async def keep_only(self, arns: Collection[str]) -> None:
        """End the idle workers of every other function, and the busy ones when they are done."""
        for arn in self._fleets.keys() - set(arns):
            for worker in self._fleets.pop(arn).idle:
                self._stop(worker)
        await asyncio.gather(*self._stopping)

    async def close(self) -> None:
        """End every worker and wait for it; calls under way end with EdgeExecutionError."""
        self._is_closed = True
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for worker in tuple(self._workers):
            self._stop(worker)
        await asyncio.gather(*self._stopping)
        self._directory.cleanup()

    def _fleet(self, function: EdgeFunction) -> _Fleet:
        """The function's fleet, without idle workers of other code."""
        fleet = self._fleets.setdefault(
            str(function.arn), _Fleet(function, self._limit)
        )
        if fleet.function != function:
            fleet.function = function
            while fleet.idle:
                self._stop(fleet.idle.pop())
        return fleet

    def _idle(self, fleet: _Fleet, function: EdgeFunction) -> Worker | None:
        while fleet.idle and fleet.function == function:
            worker = fleet.idle.pop()
            if worker.is_alive:
                return worker
            self._stop(worker)
        return None

    async def _start(self, function: EdgeFunction) -> Worker:
        task = asyncio.create_task(self._started(function))
        self._starting.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if self._is_closed:
                raise _stopped(function) from None
            raise
        finally:
            self._starting.discard(task)

    async def _started(self, function: EdgeFunction) -> Worker:
        worker = await Worker.start(
            function,
            runtime=self._runtime,
            access=self._access,
            on_log=self._on_log,
            init_timeout=self._init_timeout,
        )
        self._workers.add(worker)  # in this task, so that `close` finds it in any case
        return worker

    def _give_back(self, worker: Worker, fleet: _Fleet) -> None:
        in_use = self._fleets.get(str(fleet.function.arn)) is fleet
        if in_use and worker.is_alive and worker.function == fleet.function:
            fleet.idle.append(worker)
        else:
            self._stop(worker)

    def _stop(self, worker: Worker) -> None:
        if worker not in self._workers:
            return
        self._workers.discard(worker)
        worker.kill()
        task = asyncio.create_task(worker.stop())
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)


def _stopped(function: EdgeFunction) -> EdgeExecutionError:
    return EdgeExecutionError(
        f"Function {function.name}:{function.version} did not run: localfront is stopping."
    )
