"""One timer for many invocations, each with its own limit."""

from __future__ import annotations

import asyncio

from localfront.lambda_edge.workers.deadline import Deadline

PATIENCE = 20  # seconds
LONG, SHORT = 1000.0, 0.01


async def test_a_deadline_that_was_lifted_does_not_end_later_code() -> None:
    over = asyncio.Event()
    deadline = Deadline(over.set)

    deadline.set(SHORT)
    deadline.lift()
    deadline.set(LONG)
    await asyncio.sleep(SHORT * 5)

    assert not over.is_set()
    deadline.close()


async def test_a_shorter_limit_after_a_longer_one_holds() -> None:
    over = asyncio.Event()
    deadline = Deadline(over.set)
    deadline.set(LONG)
    deadline.lift()

    deadline.set(SHORT)

    await asyncio.wait_for(over.wait(), PATIENCE)


async def test_a_timer_that_goes_off_for_a_former_limit_waits_for_the_rest() -> None:
    loop = asyncio.get_running_loop()
    ended = loop.create_future()
    deadline = Deadline(lambda: ended.set_result(loop.time()))
    deadline.set(SHORT)
    begun = loop.time()
    deadline.set(SHORT * 10)

    assert await asyncio.wait_for(ended, PATIENCE) - begun >= SHORT * 10
