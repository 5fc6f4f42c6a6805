"""A warm worker: one process that runs a function, one invocation at a time.

The memory size is enforced only on Linux. It is checked after each invocation by the process's
peak; an invocation that allocates far more is stopped by the operating system (see
`runtime.MEMORY_HEADROOM_MB`).

Around an invocation it logs Lambda's lines: START, END, REPORT, and the reason of an early end (AWS
Lambda Developer Guide, "Log and monitor functions").
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from localfront.errors import EdgeExecutionError, EdgeFunctionError, EdgeLimitError
from localfront.exchange.function_lines import Lines, collected
from localfront.lambda_edge.function import EdgeFunction
from localfront.lambda_edge.workers.deadline import Deadline
from localfront.lambda_edge.workers.environment import worker_environment
from localfront.lambda_edge.workers.invocations import Failed, Invocation
from localfront.lambda_edge.workers.node_sdk import find_node_sdk
from localfront.lambda_edge.workers.output import WorkerOutput
from localfront.lambda_edge.workers.process import WorkerProcess
from localfront.lambda_edge.workers.runtime import NO_DEBUGGER, Debugger, Runtime
from localfront.lambda_edge.workers.runtime_api import RuntimeApi
from localfront.lambda_edge.workers.worker_paths import WorkerPaths, worker_paths

OnLine = Callable[[str], None]

# Prefixes of Lambda's own log lines.
LAMBDAS_OWN = ("START RequestId", "END RequestId", "REPORT RequestId")

A_DAY = 86_400.0  # seconds

Result = TypeVar("Result")


class NotTaken(Exception):  # noqa: N818 - not an error: the event goes to another worker
    """The process ended before it took the invocation."""


class _Collecting:
    """Passes lines on, and to the trace of the current request."""

    def __init__(self, on_line: OnLine, to: Lines | None) -> None:
        self._on_line = on_line
        self.to = to

    def line(self, line: str) -> None:
        self._on_line(line)
        if self.to is not None:
            self.to.add(line)


class Worker:
    """A warm process for one function; created by `start`, ended by `stop`."""

    def __init__(
        self,
        function: EdgeFunction,
        *,
        lines: _Collecting,
        api: RuntimeApi,
        output: WorkerOutput,
        process: WorkerProcess,
    ) -> None:
        self.function = function
        self._has_limits = True
        self._log = lines.line
        self._lines = lines
        self._invocations = api.invocations
        self._output = output
        self._process = process
        self._resources = AsyncExitStack()
        self._deadline = Deadline(self._invocations.expire)
        self._function_arn = str(function.runs_as)
        self._init_ms: float | None = None  # until it has been reported
        self._said_peak_kb: int | None = None  # by the process, with its last result
        self.peak_mb: int | None = None  # after an invocation, if the system reports it

    @classmethod
    async def start(
        cls,
        function: EdgeFunction,
        *,
        runtime: Runtime,
        access: Mapping[str, str],
        log_stream: str,
        on_line: OnLine,
        init_timeout: float,
        debugger: Debugger = NO_DEBUGGER,
        readable: Sequence[Path] = (),
        unchanging: Sequence[Path] = (),
        on_paths: Callable[[WorkerPaths], None] = lambda _: None,
    ) -> Worker:
        """Start a worker: import the function's module and wait until it polls for an event.

        `on_line` receives its output. A debugger lifts `init_timeout` (seconds) and the memory
        limit. Raises EdgeExecutionError, and EdgeLimitError for an import that takes too long.
        """
        begun = time.perf_counter()
        lines = _Collecting(on_line, collected())
        async with AsyncExitStack() as resources:
            api = RuntimeApi.of(runtime.interpreter)
            resources.push_async_callback(api.close)
            output = WorkerOutput(lines.line)
            resources.callback(output.close)
            temporary = resources.enter_context(runtime.temporary_folder())
            environment = worker_environment(
                function,
                access=access,
                runtime_api=await api.start(),
                runtime_directory=runtime.directory,
                temporary_directory=temporary,
                log_stream=log_stream,
            )
            sdk = None
            if runtime.interpreter.is_node:
                sdk = await asyncio.to_thread(find_node_sdk, function.code)
            paths = worker_paths(
                (*runtime.paths, *readable, *debugger.paths, *(sdk.packages if sdk else ())),
                code=function.code,
                temporary=temporary,
                unchanging=unchanging,
            )
            on_paths(paths)
            command = runtime.command(function, paths, sdk, debugger)
            with await api.connection() as connection, output.lent() as output_fd:
                process = await WorkerProcess.spawn(
                    function, command, environment, output=output_fd, inherits=api.given(connection)
                )
            resources.push_async_callback(process.end)
            process.exit.add_done_callback(lambda _: api.invocations.worker_ended())
            worker = cls(function, lines=lines, api=api, output=output, process=process)
            worker._has_limits = not debugger.arguments
            await worker._until_ready(init_timeout if worker._has_limits else A_DAY)
            worker._init_ms = (time.perf_counter() - begun) * 1000
            worker._resources = resources.pop_all()
        return worker

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive

    def kill(self) -> None:
        """Kill the process; `stop` cleans up."""
        self._process.kill()

    async def stop(self) -> None:
        """End the process, and clean up."""
        self._deadline.close()
        await self._resources.aclose()

    async def invoke(
        self, event: bytes, *, request_id: str, time_limit: float, now: float
    ) -> bytes:
        """Invoke the handler with an event and return its result, both as JSON.

        `time_limit` is in seconds, a day when debugging; `now` is the function's time. Raises
        EdgeExecutionError (LX-002), EdgeLimitError (LX-003) or NotTaken. A worker that did not
        answer is dead afterwards, also if the caller was cancelled.
        """
        time_limit = time_limit if self._has_limits else A_DAY
        invocation = Invocation(
            request_id=request_id,
            event=event,
            deadline_ms=int((now + time_limit) * 1000),
            function_arn=self._function_arn,
        )
        self._output.forget()
        self._lines.to = collected()
        self._log(f"START RequestId: {request_id} Version: {self.function.version}")
        begun = time.perf_counter()
        failure: EdgeFunctionError | None = None
        try:
            result = await self._result_of(invocation, time_limit)
        except EdgeFunctionError as error:
            failure = error
        finally:
            duration_ms = (time.perf_counter() - begun) * 1000
            self._output.drain()
            self.peak_mb = peak_mb = self._peak_memory_mb()
            self._report(request_id, duration_ms, peak_mb, failure)
            self._lines.to = None
        if self._has_limits and (peak_mb or 0) > self.function.memory_mb:
            self.kill()
            raise EdgeExecutionError(
                f"Function {self.function.title} used {peak_mb} MB and has "
                f"{self.function.memory_mb}: Lambda would have killed it. Use less, or raise "
                "its memory size."
            ) from failure
        if failure is not None:
            raise failure
        return result

    def _peak_memory_mb(self) -> int | None:
        peak_kb, self._said_peak_kb = self._said_peak_kb, None
        return self._process.peak_memory_mb() if peak_kb is None else -(-peak_kb // 1024)

    async def _until_ready(self, limit: float) -> None:
        state = await self._unless_over(self._invocations.ready(), limit)
        self._output.drain()
        if isinstance(state, Failed):
            raise EdgeExecutionError(
                f"Function {self.function.title} did not start: {state.error_type}: "
                f"{state.message}",
                traceback=state.traceback,
            )
        if state is None:
            raise (
                EdgeLimitError(
                    f"Function {self.function.title} was not ready after {limit:g} s. Do less when "
                    "its module is imported.",
                    rule="LX-003",
                )
                if self.is_alive
                else await self._exited("while it started")
            )

    async def _result_of(self, invocation: Invocation, time_limit: float) -> bytes:
        outcome = await self._unless_over(self._invocations.invoke(invocation), time_limit)
        if isinstance(outcome, Failed):
            raise EdgeExecutionError(
                f"Function {self.function.title} raised {outcome.error_type}: {outcome.message}",
                traceback=outcome.traceback,
            )
        if outcome is not None:
            self._said_peak_kb = outcome.peak_kb
            return outcome.payload
        if self.is_alive:
            self.kill()
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
            timed_out = f"Task timed out after {time_limit:.2f} seconds"
            self._log(f"{now} {invocation.request_id} {timed_out}")
            raise EdgeLimitError(
                f"Function {self.function.title} did not respond within its timeout of "
                f"{time_limit:g} s. Make it faster, give its own calls shorter timeouts, or "
                "raise the timeout.",
                rule="LX-003",
            )
        if self._invocations.is_waiting:
            raise NotTaken
        raise await self._exited("without a response")

    async def _unless_over(self, awaited: Awaitable[Result], limit: float) -> Result:
        """The result. None if it takes longer than `limit` seconds, or the process ends first."""
        self._deadline.set(limit)
        try:
            return await awaited
        except asyncio.CancelledError:
            self.kill()  # it is still busy with an abandoned event
            raise
        finally:
            self._deadline.lift()

    async def _exited(self, when: str) -> EdgeExecutionError:
        status = await asyncio.shield(self._process.exit)
        if excess := self._process.excess():
            return EdgeExecutionError(
                f"Function {self.function.title} {excess}: it was ended {when}."
            )
        reason = f"exit status {status}" if status >= 0 else f"signal {-status}"
        self._output.drain()
        return EdgeExecutionError(
            f"Function {self.function.title} ended its process {when} ({reason}). Do not exit "
            "the process in a handler: return, or raise an exception.",
            traceback=self._output.tail,
        )

    def _report(
        self,
        request_id: str,
        duration_ms: float,
        peak_mb: int | None,
        failure: EdgeFunctionError | None,
    ) -> None:
        """The lines that Lambda writes after each invocation."""
        report = (
            f"REPORT RequestId: {request_id}\tDuration: {duration_ms:.2f} ms"
            f"\tBilled Duration: {math.ceil(duration_ms)} ms"
            f"\tMemory Size: {self.function.memory_mb} MB"
        )
        if peak_mb is not None:
            report += f"\tMax Memory Used: {peak_mb} MB"
        if self._init_ms is not None:
            report += f"\tInit Duration: {self._init_ms:.2f} ms"
            self._init_ms = None
        if isinstance(failure, EdgeLimitError):
            report += "\tStatus: timeout"
        elif not self.is_alive:
            report += "\tStatus: error\tError Type: Runtime.ExitError"
        self._log(f"END RequestId: {request_id}")
        self._log(report)
