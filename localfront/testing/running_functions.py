"""Functions in real workers, for synchronous tests.

The same arguments give the same function with the same warm worker: a test run starts few workers,
and module state persists between tests, as on AWS.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

from localfront.invoke.access import chosen_access, emulator_access
from localfront.invoke.event_reading import read_event
from localfront.invoke.local_function import FunctionOptions, local_function
from localfront.invoke.result_checking import Result, check_result
from localfront.lambda_edge.function import EdgeFunction
from localfront.lambda_edge.function_code import with_local_code
from localfront.lambda_edge.workers.debugging import Debugged, at_terminal
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.lambda_edge.workers.worker import LAMBDAS_OWN
from localfront.testing.background_loop import BackgroundLoop


class RunningFunction:
    """A function to call with an event; an edit of its code is live at the next call.

    `logs` are the lines that it printed since its last call began. They also go to standard error,
    which pytest shows for failed tests.
    """

    def __init__(
        self,
        function: EdgeFunction,
        access: Mapping[str, str],
        loop: BackgroundLoop,
        debugged: Debugged,
    ) -> None:
        self.logs: list[str] = []
        self.function = function
        self.access = access
        self._loop = loop
        self.debugged = debugged
        self._pool: WorkerPool | None = None

    @property
    def name(self) -> str:
        return self.function.name

    def __call__(self, event: Mapping[str, Any]) -> Result:
        """Call the function; returns its result, if CloudFront would accept it.

        Raises EdgeValidationError if CloudFront would answer 502, EdgeExecutionError if the
        function raised or exited, EdgeLimitError at its timeout, and ConfigError for an invalid
        event.
        """
        __tracebackhide__ = True
        read_event(event)  # before the function runs
        return check_result(event, self._loop.run(self.invoke(event)))

    def restart(self) -> None:
        """End its worker: the next call is a cold start."""
        if self._pool is not None:
            self._loop.run(self._pool.keep_only(()))

    async def invoke(self, event: Mapping[str, Any]) -> object:
        """Invoke within the loop, without validating the result."""
        if self._pool is None:
            self._pool = WorkerPool(
                access=self.access,
                on_log=lambda _, line: self.log(line),
                workers_per_function=1,
                debugged=self.debugged,
            )
            await self._pool.prepare(self.function.runtime)
        self.logs.clear()
        function = with_local_code(self.function, self.function.code)
        return await self._pool.invoke(function, event)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    def log(self, line: str) -> None:
        """Receive a line of the function, or of Lambda around it."""
        if not line.startswith(LAMBDAS_OWN):
            self.logs.append(line)
            sys.stderr.write(f"{self.name}: {line}\n")


class RunningFunctions:
    """All functions of a test run; a context manager that ends their workers."""

    def __init__(self, debugged: Debugged | None = None, terminal: str = "") -> None:
        self.debugged = debugged or {}
        self._terminal = terminal
        self.loop = BackgroundLoop()
        self._stack = ExitStack()
        self._started: dict[object, RunningFunction] = {}

    def __enter__(self) -> Self:
        self._stack.enter_context(self.loop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._stack:
            for function in self._started.values():
                self.loop.run(function.close())

    def start(
        self,
        directory: str | Path,
        *,
        access: Mapping[str, str] | None = None,
        **options: Unpack[FunctionOptions],
    ) -> RunningFunction:
        """See `fixture_types.StartFunction`."""
        function = local_function(Path(directory), **options)
        variables = emulator_access(os.environ) if access is None else chosen_access(access)
        key = (replace(function, revision=""), frozenset(variables.items()))
        if key not in self._started:
            at = at_terminal(function.name, function.code, self._terminal)
            self._started[key] = RunningFunction(
                function, variables, self.loop, {**at, **self.debugged}
            )
        return self._started[key]
