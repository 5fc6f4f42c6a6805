"""Blocking calls in daemon threads: an API that hangs must not keep the process alive.

With `asyncio.to_thread` the program would wait for them on exit.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


async def in_daemon_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a function in a daemon thread, for its result. Cancelling abandons the thread."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[R] = loop.create_future()

    def call() -> None:
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            _from_thread(loop, _fail, future, error)
        else:
            _from_thread(loop, _succeed, future, result)

    threading.Thread(
        target=call, name=getattr(function, "__qualname__", "call"), daemon=True
    ).start()
    return await future


def _from_thread(loop: asyncio.AbstractEventLoop, act: Callable[..., None], *args: object) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(act, *args)


def _succeed(future: asyncio.Future[R], result: R) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[R], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
