"""Coroutines that start without a task behave like those with one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any

import pytest

from localfront.exchange.eager import Eager, Prompt, in_a_task

WHO: ContextVar[str] = ContextVar("who", default="nobody")


async def begun(coroutine: Coroutine[Any, Any, Any]) -> tuple[Eager[Any], list[str]]:
    """The coroutine, started by the event loop, and a record of its completion."""
    ends: list[str] = []
    eager = Eager(coroutine, lambda: ends.append("ended"))
    loop, is_begun = asyncio.get_running_loop(), asyncio.Event()
    loop.call_soon(eager.begin)
    loop.call_soon(is_begun.set)
    await is_begun.wait()
    return eager, ends


async def awaiting(eager: Eager[Any]) -> None:
    await eager.wait()


async def test_a_coroutine_that_awaits_nothing_is_done_immediately() -> None:
    async def respond() -> bool:
        return asyncio.current_task() is None

    eager, ends = await begun(respond())

    assert eager.result() is True
    assert ends == ["ended"]


async def test_it_continues_without_a_task_when_its_awaited_future_is_done() -> None:
    future = asyncio.get_running_loop().create_future()

    async def waits() -> tuple[str, bool]:
        token = WHO.set("it")
        value = await future
        WHO.reset(token)  # the context is the same
        return value, asyncio.current_task() is None

    eager, ends = await begun(waits())
    assert not eager.has_ended
    with pytest.raises(asyncio.InvalidStateError):
        eager.result()
    future.set_result("there")

    assert await eager.wait() == ("there", True)
    assert ends == ["ended"]
    assert WHO.get() == "nobody"


async def test_after_requesting_a_task_it_runs_in_that_task() -> None:
    async def asks() -> str:
        WHO.set("it")
        await in_a_task()
        await in_a_task()
        async with asyncio.timeout(10):
            await asyncio.sleep(0)
        return WHO.get()

    eager, ends = await begun(asks())

    assert await eager.wait() == "it"
    assert ends == ["ended"]


@pytest.mark.parametrize("in_task", [False, True])
async def test_awaiting_it_raises_its_exception(in_task: bool) -> None:
    async def fails() -> None:
        if in_task:
            await in_a_task()
        raise ValueError("it")

    eager, ends = await begun(fails())

    with pytest.raises(ValueError, match="it"):
        await eager.wait()
    assert ends == ["ended"]


@pytest.mark.parametrize("in_task", [False, True])
async def test_cancelling_the_awaiting_task_cancels_it(in_task: bool) -> None:
    async def waits() -> None:
        if in_task:
            await in_a_task()
        await asyncio.get_running_loop().create_future()

    eager, ends = await begun(waits())
    waiting = asyncio.create_task(awaiting(eager))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait((waiting,))
    for _ in range(3):  # turns of the loop, as a cancelled task takes
        await asyncio.sleep(0)

    assert ends == ["ended"]
    with pytest.raises(asyncio.CancelledError):
        eager.result()


async def test_a_prompt_result_continues_in_the_same_loop_iteration() -> None:
    prompt: Prompt[str] = Prompt()

    async def waits() -> str:
        token = WHO.set("it")
        value = await prompt
        WHO.reset(token)
        return value

    eager, ends = await begun(waits())
    prompt.set_result("there")

    assert (eager.result(), ends) == ("there", ["ended"])
    assert WHO.get() == "nobody"


async def test_a_task_can_await_a_prompt_result() -> None:
    prompt: Prompt[str] = Prompt()

    async def waits() -> str:
        return await prompt

    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    prompt.set_result("there")

    assert await task == "there"


async def test_cancelling_a_prompt_result_cancels_the_awaiting_task() -> None:
    prompt: Prompt[str] = Prompt()

    async def waits() -> str:
        return await prompt

    eager, ends = await begun(waits())
    prompt.cancel()
    await asyncio.sleep(0)

    assert ends == ["ended"]
    with pytest.raises(asyncio.CancelledError):
        eager.result()
