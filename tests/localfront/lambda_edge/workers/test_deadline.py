"""One timer for many invocations, each with its own limit."""

from __future__ import annotations

import asyncio

from localfront.lambda_edge.workers.deadline import Deadline

PATIENCE = 20  # seconds
LONG, SHORT = 1000.0, 0.01


async def test_a_cancelled_deadline_does_not_interrupt_later_code() -> None:
    over = asyncio.Event()
    deadline = Deadline(over.set)

    deadline.set(SHORT)
    deadline.lift()
    deadline.set(LONG)
    await asyncio.sleep(SHORT * 5)

    assert not over.is_set()
    deadline.close()


async def test_a_shorter_deadline_after_a_longer_one_applies() -> None:
    over = asyncio.Event()
    deadline = Deadline(over.set)
    deadline.set(LONG)
    deadline.lift()

    deadline.set(SHORT)

    await asyncio.wait_for(over.wait(), PATIENCE)


async def test_a_timer_of_an_earlier_deadline_waits_for_the_remainder() -> None:
    loop = asyncio.get_running_loop()
    ended = loop.create_future()
    deadline = Deadline(lambda: ended.set_result(loop.time()))
    deadline.set(SHORT)
    begun = loop.time()
    deadline.set(SHORT * 10)

    assert await asyncio.wait_for(ended, PATIENCE) - begun >= SHORT * 10
