"""CloudFront Functions to call from tests."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from localfront.cloudfront_functions.syntax import RUNTIME_2
from localfront.cloudfront_functions.worker_process import EngineProcess
from localfront.invoke.viewer_function import Event, function_event, run_file, store_of
from localfront.lambda_edge.contract.limits import EventType
from localfront.testing.background_loop import BackgroundLoop


class ViewerFunction:
    """A function to call; an edit of its file is live at the next call.

    `logs` are the lines of its latest call, `utilization` (0 to 100) is what TestFunction calls
    compute utilization, and `origin` are its calls of `cf` to send the request elsewhere, each with
    `method` and `given`.
    """

    def __init__(
        self,
        file: Path,
        at: EventType,
        loop: BackgroundLoop,
        worker: EngineProcess,
        *,
        runtime: str,
        store: Mapping[str, str] | None,
    ) -> None:
        self.logs: tuple[str, ...] = ()
        self.utilization = 0
        self.origin: tuple[Mapping[str, Any], ...] = ()
        self._file, self._at, self._loop, self._worker = file, at, loop, worker
        self._runtime = runtime
        self._store = None if store is None else store_of(store)

    def __call__(self, event: Event | None = None, /, **arguments: Any) -> dict[str, Any]:
        """Call the function; returns its result, if CloudFront would accept it.

        The event is complete, or built from the arguments of `viewer_request_event` (or
        `viewer_response_event`). Raises FunctionValidationError (502), FunctionExecutionError
        (503), and ConfigError for an invalid event or invalid code.
        """
        __tracebackhide__ = True
        event_object = function_event(self._at, arguments) if event is None else event
        run = run_file(
            self._file, event_object, self._worker, runtime=self._runtime, store=self._store
        )
        tested = self._loop.run(run)
        self.logs, self.utilization, self.origin = tested.logs, tested.utilization, tested.origin
        for line in tested.logs:
            sys.stderr.write(f"{self._file.name}: {line}\n")
        return tested.result


class StartViewerFunction(Protocol):
    """The type of the fixtures `viewer_request_function` and `viewer_response_function`."""

    def __call__(
        self,
        file: str | Path,
        *,
        store: Mapping[str, str] | None = None,
        runtime: str = RUNTIME_2,
    ) -> ViewerFunction:
        """The CloudFront Function in a file, with the values of its key value store."""


class ViewerFunctions:
    """Creates functions of one event type, which share a worker."""

    def __init__(self, at: EventType, loop: BackgroundLoop, worker: EngineProcess) -> None:
        self._at, self._loop, self._worker = at, loop, worker

    def __call__(
        self,
        file: str | Path,
        *,
        store: Mapping[str, str] | None = None,
        runtime: str = RUNTIME_2,
    ) -> ViewerFunction:
        """See `StartViewerFunction`."""
        return ViewerFunction(
            Path(file), self._at, self._loop, self._worker, runtime=runtime, store=store
        )
