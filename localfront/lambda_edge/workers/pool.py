"""The pool of workers: started on demand, kept warm, ended when idle or outdated.

A function has one worker for each concurrent invocation, up to a limit. Further invocations wait
for a worker, up to `MAX_CONCURRENCY`; beyond that they are throttled, as by Lambda.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from math import inf
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from localfront.errors import (
    EdgeExecutionError,
    EdgeFunctionError,
)
from localfront.exchange.clock import MovableClock
from localfront.lambda_edge.function import EdgeFunction
from localfront.lambda_edge.workers.attaching import Attaching
from localfront.lambda_edge.workers.clock_file import ClockFile
from localfront.lambda_edge.workers.confinement_warnings import ConfinementWarnings
from localfront.lambda_edge.workers.debugging import Debugged
from localfront.lambda_edge.workers.drawn_ids import new_request_id
from localfront.lambda_edge.workers.fleet import Fleet
from localfront.lambda_edge.workers.function_log import OnLog, new_log_stream, receiver_of
from localfront.lambda_edge.workers.private_folder import private_folder
from localfront.lambda_edge.workers.raw_results import parse_result, written_event
from localfront.lambda_edge.workers.ready_runtimes import ReadyRuntimes
from localfront.lambda_edge.workers.runtime import Runtimes
from localfront.lambda_edge.workers.worker import NotTaken, Worker

if TYPE_CHECKING:
    from localfront.lambda_edge.workers.cloudwatch_logs import (
        LogSink,  # a slow import
    )

LOG = logging.getLogger("localfront")
INIT_TIMEOUT = 10.0  # seconds; Lambda's limit for the Init phase
IDLE_TIMEOUT = 300.0  # seconds until an idle worker ends
# Concurrent invocations of one function, including waiting ones (LA-016).
MAX_CONCURRENCY = 1000


class WorkerPool:
    """Runs functions. An async context manager, or call `close`.

    `access` holds the endpoints and credentials that functions have (see `environment.aws_access`).
    `on_log` gets each line that a function prints, with Lambda's START, END and REPORT lines;
    `log_sink` gets them by log group and stream. `clock` returns seconds, for `idle_timeout`.
    `readable` are more files and folders that functions may read, `unchanging` those that none may
    change, such as the code of all of them (see `worker_paths`). `wall_clock` is the functions'
    clock; `debugged` functions have one worker and no limits.
    """

    def __init__(
        self,
        *,
        access: Mapping[str, str],
        on_log: OnLog,
        log_sink: LogSink | None = None,
        workers_per_function: int = 4,
        max_concurrency: int = MAX_CONCURRENCY,
        init_timeout: float = INIT_TIMEOUT,
        idle_timeout: float = IDLE_TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: MovableClock | None = None,
        debugged: Debugged | None = None,
        readable: Sequence[Path] = (),
        unchanging: Sequence[Path] = (),
    ) -> None:
        self._folder = private_folder("runtime")
        self._warnings = ConfinementWarnings()
        runtimes = Runtimes(self._folder.path)
        self._runtimes = ReadyRuntimes(runtimes, self._warnings)
        self._wall_clock = wall_clock or MovableClock()
        clock_file = ClockFile(self._folder.path, self._wall_clock)
        self._readable = tuple(path.resolve() for path in (clock_file.path, *readable))
        self._unchanging = tuple(path.resolve() for path in unchanging)
        self._access = dict(access)
        self._on_log = on_log
        self._log_sink = log_sink
        self._limit = workers_per_function
        self._max_concurrency = max_concurrency
        self._init_timeout = init_timeout
        self._idle_timeout = idle_timeout
        self._clock = clock
        self._attaching = Attaching(debugged or {})
        self._fleets: dict[str, Fleet] = {}
        self._workers: set[Worker] = set()
        self._starting: set[asyncio.Task[Any]] = set()
        self._stopping: set[asyncio.Task[None]] = set()
        self._end_idle_later: asyncio.TimerHandle | None = None
        self._is_closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def prepare(self, runtime: str) -> None:
        """Find the interpreter for a runtime ahead of the first request.

        Logs once if workers are not confined. Raises ConfigError if there is none.
        """
        await self._runtimes.prepare(runtime)

    async def invoke(
        self,
        function: EdgeFunction,
        event: Mapping[str, Any],
        *,
        request_id: str | None = None,
        time_limit: float | None = None,
    ) -> object:
        """Invoke a function with an event; returns its result as JSON values.

        `request_id` is Lambda's, a new one by default; `time_limit` in seconds is the function's
        timeout by default. Raises EdgeExecutionError, EdgeLimitError, EdgeThrottledError, and
        EdgeValidationError for a result that is not JSON. Waits while all workers of the function
        are busy.
        """
        sent, fleet = written_event(event), self._fleet(function)
        fleet.enter(self._max_concurrency)
        try:
            async with fleet.slots:
                result = await self._result_of(
                    fleet,
                    function,
                    sent,
                    request_id=request_id or new_request_id(),
                    time_limit=function.timeout if time_limit is None else time_limit,
                )
        finally:
            fleet.leave()
        return parse_result(result, function=function)

    def warm(self, function: EdgeFunction) -> None:
        """Start a debugged function's worker ahead: clients attach before the first request."""
        if function in self._attaching:
            self._starting.add(task := asyncio.create_task(self._warmed(function)))
            task.add_done_callback(self._starting.discard)

    async def _warmed(self, function: EdgeFunction) -> None:
        fleet = self._fleet(function)
        async with fleet.slots:
            if fleet.has_idle or self._is_closed:
                return
            try:
                self._give_back(await self._start(function), fleet)
            except EdgeFunctionError as error:
                LOG.warning("%s", error)

    async def keep_only(self, arns: Collection[str]) -> None:
        """End the idle workers of every other function, and the busy ones when they are done."""
        for arn in self._fleets.keys() - set(arns):
            self._stop(*self._fleets.pop(arn).take_all())
        await self.settled()

    def end_idle(self) -> None:
        """End workers idle for `idle_timeout`; the pool calls this itself."""
        before = self._clock() - self._idle_timeout
        for fleet in self._fleets.values():
            self._stop(*fleet.take_idle_since(before))
        self._end_idle_later = None
        self._schedule_end_idle()

    def fleet(self, arn: str) -> Fleet | None:
        """A version's workers; None if it has not run yet."""
        return self._fleets.get(arn)

    async def settled(self) -> None:
        """Wait until all workers being stopped have ended."""
        await asyncio.gather(*self._stopping)

    async def close(self) -> None:
        """End all workers; running invocations end with EdgeExecutionError."""
        self._is_closed = True
        if self._end_idle_later is not None:
            self._end_idle_later.cancel()
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        self._stop(*tuple(self._workers))
        await self.settled()
        self._folder.close()

    async def _result_of(
        self,
        fleet: Fleet,
        function: EdgeFunction,
        event: bytes,
        *,
        request_id: str,
        time_limit: float,
    ) -> bytes:
        while not self._is_closed:
            worker = self._idle(fleet, function)
            if worker is None:
                worker = await self._start(function)
                fleet.starts += 1
            try:
                return await worker.invoke(
                    event, request_id=request_id, time_limit=time_limit, now=self._wall_clock()
                )
            except NotTaken:
                continue
            finally:
                fleet.used(worker.peak_mb)
                self._give_back(worker, fleet)
        raise _stopped(function)

    def _fleet(self, function: EdgeFunction) -> Fleet:
        """The function's fleet, without idle workers with outdated code."""
        fleet = self._fleets.get(arn := str(function.arn))
        if fleet is None:
            limit = 1 if function in self._attaching else self._limit
            fleet = self._fleets[arn] = Fleet(function, limit)
        if not fleet.runs(function):
            fleet.function = function
            self._stop(*fleet.take_all())
        return fleet

    def _idle(self, fleet: Fleet, function: EdgeFunction) -> Worker | None:
        while fleet.runs(function) and (worker := fleet.take()):
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
        stream = new_log_stream(function)
        on_line = receiver_of(function, stream, self._on_log, self._log_sink)
        runtime = await self._runtimes.of(function)
        worker = await Worker.start(
            function,
            runtime=runtime,
            debugger=await self._attaching.debugger(function, runtime, self.settled),
            access=self._access,
            log_stream=stream,
            on_line=self._attaching.announcing(function, on_line),
            init_timeout=self._init_timeout,
            readable=self._readable,
            unchanging=self._unchanging,
            on_paths=self._warnings.warn_of_paths,
        )
        self._workers.add(worker)  # in this task, so that `close` finds it in any case
        return worker

    def _give_back(self, worker: Worker, fleet: Fleet) -> None:
        in_use = self._fleets.get(fleet.arn) is fleet
        if in_use and worker.is_alive and fleet.runs(worker.function):
            fleet.put(worker, since=inf if worker.function in self._attaching else self._clock())
            self._schedule_end_idle()
        else:
            self._stop(worker)

    def _schedule_end_idle(self) -> None:
        if self._end_idle_later is not None or self._is_closed:
            return
        if any(fleet.has_idle for fleet in self._fleets.values()):
            loop = asyncio.get_running_loop()
            self._end_idle_later = loop.call_later(self._idle_timeout, self.end_idle)

    def _stop(self, *workers: Worker) -> None:
        for worker in workers:
            if worker not in self._workers:
                continue
            self._workers.discard(worker)
            worker.kill()
            task = asyncio.create_task(worker.stop())
            self._stopping.add(task)
            task.add_done_callback(self._stopping.discard)


def _stopped(function: EdgeFunction) -> EdgeExecutionError:
    return EdgeExecutionError(f"Function {function.title} did not run: localfront is stopping.")
