"""Attach debuggers to functions: one is prepared when the worker starts, and announced."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable

from localfront.errors import ConfigError, EdgeExecutionError
from localfront.lambda_edge.function import EdgeFunction
from localfront.lambda_edge.workers.debugging import LOOPBACK, Debugged
from localfront.lambda_edge.workers.runtime import NO_DEBUGGER, Debugger, Runtime
from localfront.lambda_edge.workers.worker import OnLine

LOG = logging.getLogger("localfront")

# The line that Node.js prints; our Python workers print the same.
_LISTENS = re.compile(rf"Debugger listening on (?:ws://)?{re.escape(LOOPBACK)}:(\d+)")


class Attaching:
    def __init__(self, debugged: Debugged) -> None:
        self._debugged = debugged

    def __contains__(self, function: EdgeFunction) -> bool:
        return function.name in self._debugged

    async def debugger(
        self, function: EdgeFunction, runtime: Runtime, settled: Callable[[], Awaitable[None]]
    ) -> Debugger:
        """The debugger of a new worker.

        It starts once the previous one has `settled` and freed the port.

        Raises EdgeExecutionError if the function cannot be debugged.
        """
        debugging = self._debugged.get(function.name)
        if debugging is None:
            return NO_DEBUGGER
        await settled()
        try:
            debugger = await asyncio.to_thread(runtime.debugger, function, debugging)
        except ConfigError as error:
            raise EdgeExecutionError(f"Function {function.title} did not start: {error}") from error
        if debugging.terminal:
            message = "function %s stops at its breakpoint(); it has no time or memory limits"
            LOG.warning(message, function.title)
        return debugger

    def announcing(self, function: EdgeFunction, on_line: OnLine) -> OnLine:
        """The receiver of a worker's output that announces its debugger, once that listens."""
        debugging = self._debugged.get(function.name)
        if debugging is None or debugging.terminal:
            return on_line
        waits = ", and waits for it" if debugging.waits else ""

        def take(line: str) -> None:
            if listens := _LISTENS.match(line):
                LOG.warning(
                    "function %s listens for a debugger at %s:%s%s; it has one worker, and no "
                    "time or memory limits",
                    function.title,
                    LOOPBACK,
                    listens[1],
                    waits,
                )
            else:
                on_line(line)

        return take
