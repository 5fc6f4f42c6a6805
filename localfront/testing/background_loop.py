"""An event loop in its own thread, for synchronous tests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from threading import Thread
from types import TracebackType
from typing import Any, Self, TypeVar

Result = TypeVar("Result")


class BackgroundLoop:
    """The loop; a context manager that waits for its thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        # A daemon, so that an aborted test run does not wait for it.
        self._thread = Thread(target=self._loop.run_forever, name="localfront", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.run(self._loop.shutdown_asyncgens())
        self.run(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, awaited: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine and return its result; Ctrl-C cancels it."""
        future = asyncio.run_coroutine_threadsafe(awaited, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise
