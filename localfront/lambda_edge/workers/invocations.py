"""Invocations of a worker: the state of the Lambda Runtime API.

There is one invocation at a time. Source: AWS Lambda Developer Guide, "Using the Lambda runtime
API".
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass

from localfront.exchange.eager import Prompt
from localfront.http_messages.values import value


@value(frozen=True, slots=True, kw_only=True)
class Invocation:
    """An invocation. `deadline_ms` is in Unix milliseconds."""

    request_id: str
    event: bytes
    deadline_ms: int
    function_arn: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The runtime has imported the function and polls for its first event."""


@value(frozen=True, slots=True)
class Returned:
    """The handler's result, serialised. `peak_kb` is the process's peak memory, if reported."""

    payload: bytes
    peak_kb: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An error of the handler, or of the import of its module."""

    error_type: str
    message: str
    stack: tuple[str, ...] = ()  # Python's frames
    trace: tuple[str, ...] = ()  # the lines of Node.js's stack, which begins with the message

    @property
    def traceback(self) -> str:
        """The traceback in the form of the function's language."""
        if self.trace:
            return "\n".join(self.trace)
        frames = "".join(self.stack)
        head = f"Traceback (most recent call last):\n{frames}" if frames else ""
        return f"{head}{self.error_type}: {self.message}"


InvocationResult = Returned | Failed
Take = Callable[[Invocation | None], None]  # None: no more invocations


class Invocations:
    """Hands invocations to the runtime, which polls for them."""

    def __init__(self) -> None:
        self._started: asyncio.Future[Ready | Failed | None] = (
            asyncio.get_running_loop().create_future()
        )
        self._has_ended = False
        self._poll: Take | None = None  # pollers that wait for an invocation
        self._waiting: Invocation | None = None  # an invocation that was not taken yet
        self._under_way: Invocation | None = None
        self._outcome: Prompt[InvocationResult | None] | None = None

    async def ready(self) -> Ready | Failed | None:
        """Wait until the runtime polls for its first event, or reports an init error."""
        return await asyncio.shield(self._started)

    async def invoke(self, invocation: Invocation) -> InvocationResult | None:
        """Hand the invocation to the worker and wait for its result; None if the worker ended."""
        self._outcome = Prompt()
        self._waiting = invocation
        if self._has_ended:
            return None
        if self._poll is not None:
            self._hand_over(self._poll)
        return await self._outcome

    @property
    def is_waiting(self) -> bool:
        """Whether there is an invocation that the worker has not taken."""
        return self._waiting is not None

    @property
    def has_started(self) -> bool:
        return self._started.done()

    @property
    def takes_polls(self) -> bool:
        """Whether the worker may poll now."""
        return self._under_way is None and self._poll is None

    def poll(self, take: Take) -> None:
        """Pass the pending invocation, or the next one, to `take`."""
        if not self._started.done():
            self._started.set_result(Ready())
        self._poll = take
        if self._waiting is not None:
            self._hand_over(take)

    def leave(self, take: Take) -> None:
        """The poller has disconnected."""
        if self._poll == take:
            self._poll = None

    def fail_to_start(self, failed: Failed) -> None:
        self._started.set_result(failed)

    def is_under_way(self, request_id: str) -> bool:
        return self._under_way is not None and self._under_way.request_id == request_id

    def finish(self, outcome: InvocationResult) -> None:
        self._under_way = None
        if self._outcome is not None and not self._outcome.done():
            self._outcome.set_result(outcome)

    def worker_ended(self) -> None:
        """The worker's process has ended: current and future waiters get None."""
        self._has_ended = True
        self.expire()

    def expire(self) -> None:
        """Note that the time is over: the waiters get None."""
        for awaited in (self._started, self._outcome):
            if awaited is not None and not awaited.done():
                awaited.set_result(None)

    def close(self) -> None:
        """Tell the poller that there are no more invocations."""
        if self._poll is not None:
            take, self._poll = self._poll, None
            take(None)

    def _hand_over(self, take: Take) -> None:
        self._under_way, self._waiting, self._poll = self._waiting, None, None
        take(self._under_way)


def read_failure(payload: bytes | None) -> Failed:
    """Parse Lambda's error object; it comes from the function and is not trusted."""
    try:
        error = json.loads(payload or b"")
    except ValueError:
        error = None
    if not isinstance(error, dict):
        return Failed(error_type="Runtime.Unknown", message="The error can't be read.")
    return Failed(
        error_type=str(error.get("errorType", "Runtime.Unknown")),
        message=str(error.get("errorMessage", "")),
        stack=_texts(error.get("stackTrace")),
        trace=_texts(error.get("trace")),
    )


def _texts(values: object) -> tuple[str, ...]:
    return tuple(str(value) for value in values) if isinstance(values, list) else ()
