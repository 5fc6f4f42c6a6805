"""Coroutines that run without a task, also after their first suspension.

Starting and waking a task takes one iteration of the event loop each. A request that only waits for
a function can be resumed by a callback instead. Code that needs a task, such as `asyncio.timeout`,
requests one: `await in_a_task()`. Python 3.12's eager tasks only save the start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context, copy_context
from types import coroutine
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


@coroutine
def in_a_task() -> Generator[None, None, None]:
    """Continue in a task; does nothing if there is one already."""
    if asyncio.current_task() is None:
        yield


class Prompt(asyncio.Future[Result]):
    """A future whose result resumes an `Eager` that waits for it at once, in the same turn."""

    going_on: Callable[[asyncio.Future[Any]], None] | None = None
    context: Context

    def set_result(self, result: Result) -> None:
        going_on = self.going_on
        if going_on is not None:
            self.remove_done_callback(going_on)
        super().set_result(result)
        if going_on is not None:
            self.context.run(going_on, self)


class Eager(Generic[Result]):
    """A coroutine that `begin` runs up to its first wait. `ended` is called once, when it has ended.

    To be begun by the event loop, outside of tasks.
    """

    __slots__ = ("_awaited", "_context", "_coroutine", "_ended", "_error", "_result", "_waiter")

    def __init__(self, coroutine: Coroutine[Any, Any, Result], ended: Callable[[], None]) -> None:
        self._coroutine = coroutine
        self._ended = ended
        self._context = copy_context()  # its own, like a task's
        self._awaited: asyncio.Future[Any] | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._error: BaseException | None = None
        self._result: tuple[Result] | None = None

    def begin(self) -> None:
        self._context.run(self._step)

    @property
    def has_ended(self) -> bool:
        return self._result is not None or self._error is not None

    def result(self) -> Result:
        """The result, or the exception raised; the coroutine must have ended."""
        if self._result is None:
            raise self._error or asyncio.InvalidStateError("it has not ended")
        return self._result[0]

    async def wait(self) -> Result:
        """Wait for its result. Cancelling the waiter cancels the coroutine too."""
        if not self.has_ended:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            except asyncio.CancelledError:
                if self._awaited is not None:
                    self._awaited.cancel()
                raise
        return self.result()

    def _step(self, _: object = None) -> None:
        self._awaited = None
        try:
            awaited = self._coroutine.send(None)
        except StopIteration as returned:
            self._end(result=(returned.value,))
        except (Exception, asyncio.CancelledError) as error:
            self._end(error=error)
        else:
            self._wait_for(awaited)

    def _wait_for(self, awaited: asyncio.Future[Any] | None) -> None:
        if awaited is None:
            loop = asyncio.get_running_loop()
            task = self._awaited = loop.create_task(self._coroutine, context=self._context)
            task.add_done_callback(self._take_over)
        else:
            awaited._asyncio_future_blocking = False  # taken notice of, as tasks do
            self._awaited = awaited
            awaited.add_done_callback(self._step, context=self._context)
            if isinstance(awaited, Prompt):
                awaited.going_on, awaited.context = self._step, self._context

    def _take_over(self, task: asyncio.Future[Result]) -> None:
        if task.cancelled():
            self._end(error=asyncio.CancelledError())
        elif (error := task.exception()) is not None:
            self._end(error=error)
        else:
            self._end(result=(task.result(),))

    def _end(
        self, *, result: tuple[Result] | None = None, error: BaseException | None = None
    ) -> None:
        self._awaited, self._result, self._error = None, result, error
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        self._ended()
