"""The runtimes of a pool, prepared outside of the event loop."""

from __future__ import annotations

import asyncio

from localfront.errors import ConfigError, EdgeExecutionError
from localfront.lambda_edge.function import EdgeFunction
from localfront.lambda_edge.workers.confinement_warnings import ConfinementWarnings
from localfront.lambda_edge.workers.runtime import Runtime, Runtimes


class ReadyRuntimes:
    def __init__(self, runtimes: Runtimes, warnings: ConfinementWarnings) -> None:
        self._runtimes = runtimes
        self._warnings = warnings

    async def prepare(self, name: str) -> Runtime:
        """Prepare a runtime; logs once if workers are not confined. Raises ConfigError."""
        self._warnings.warn_of_gap()
        return await asyncio.to_thread(self._runtimes.prepare, name)

    async def of(self, function: EdgeFunction) -> Runtime:
        """The function's runtime. Raises EdgeExecutionError if it is not available."""
        if (ready := self._runtimes.ready(function.runtime)) is not None:
            return ready
        try:
            return await self.prepare(function.runtime)
        except ConfigError as error:
            raise EdgeExecutionError(f"Function {function.title} did not start: {error}") from error
