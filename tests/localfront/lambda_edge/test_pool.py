"""The number of workers, which follows the demand."""

import asyncio
import os
from collections import Counter
from typing import Any

import pytest

from localfront.errors import (
    EdgeExecutionError,
    EdgeFunctionError,
    EdgeLimitError,
    EdgeThrottledError,
)
from localfront.exchange.eager import Eager
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.real_workers import (
    NODE,
    Logs,
    MakePool,
    a_function,
    invoke,
    invoke_node,
    is_running,
)


class Clock:
    """A clock that only tests move."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def pids(pool: WorkerPool, times: int) -> list[int]:
    """The process ids of the workers that answered so many concurrent invocations."""
    results = await asyncio.gather(
        *(invoke(pool, "well_behaved.counts_its_calls") for _ in range(times))
    )
    return [result["pid"] for result in results]


async def test_a_function_can_be_invoked_without_a_task(make_pool: MakePool) -> None:
    pool = make_pool()
    event = {"in": "Python"}
    invocations = [invoke(pool, "well_behaved.returns_the_event", event) for _ in range(6)]
    begun = [Eager(invocation, lambda: None) for invocation in invocations]
    for one in begun:
        asyncio.get_running_loop().call_soon(one.begin)

    assert [await one.wait() for one in begun] == [event] * 6


async def test_idle_workers_are_stopped_except_the_last_used(
    make_pool: MakePool,
) -> None:
    clock = Clock()
    pool = make_pool(clock=clock, idle_timeout=60)
    at_first = set(await pids(pool, 3))
    clock.now += 59
    (later,) = await pids(pool, 1)

    clock.now += 1
    pool.end_idle()
    await pool.settled()

    assert {pid for pid in at_first if is_running(pid)} == {later}
    assert await pids(pool, 1) == [later]


async def test_an_empty_pool_starts_workers_again(make_pool: MakePool) -> None:
    clock = Clock()
    pool = make_pool(clock=clock, idle_timeout=60)
    before = await pids(pool, 2)
    clock.now += 3600

    pool.end_idle()
    await pool.settled()

    assert not any(is_running(pid) for pid in before)
    assert not set(await pids(pool, 1)) & set(before)


async def test_a_pool_shrinks_by_itself(make_pool: MakePool) -> None:
    pool = make_pool(idle_timeout=0.01)
    (pid,) = await pids(pool, 1)

    async with asyncio.timeout(30):
        await ended(pid)


async def ended(pid: int) -> None:
    """Wait for the end of a process that is our child."""
    descriptor = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    if descriptor is None:
        pytest.skip("this system does not tell when a process ends")
    gone = asyncio.Event()
    asyncio.get_running_loop().add_reader(descriptor, gone.set)
    await gone.wait()
    asyncio.get_running_loop().remove_reader(descriptor)
    os.close(descriptor)


@pytest.mark.proves("LX-003", "LX-009")
async def test_invocations_beyond_the_queue_limit_are_throttled(
    make_pool: MakePool, logs: Logs
) -> None:
    pool = make_pool(workers_per_function=1, max_concurrency=2)
    running = asyncio.create_task(invoke(pool, "misbehaved.sleeps_forever"))
    await logs.line("good night")
    waiting = asyncio.create_task(invoke(pool, "misbehaved.sleeps_forever"))
    await asyncio.sleep(0)  # it waits for the worker now

    with pytest.raises(EdgeThrottledError, match="2 invocations under way") as error:
        await invoke(pool, "misbehaved.sleeps_forever")

    assert (error.value.status, error.value.rule) == (503, "LX-003")
    assert error.value.x_cache == "LambdaLimitExceeded from cloudfront"
    running.cancel()
    waiting.cancel()
    await asyncio.gather(running, waiting, return_exceptions=True)
    assert await pids(pool, 2)


@pytest.mark.proves("LX-005", "LX-009")
def test_a_timeout_is_an_execution_error_in_the_log_and_a_throttle_is_not() -> None:
    """Table D.1 row 6."""
    timeout = EdgeLimitError("it ran too long", rule="LX-003")

    assert timeout.x_cache == "LambdaExecutionError from cloudfront"
    assert EdgeThrottledError("too many").x_cache != timeout.x_cache


@pytest.mark.proves("LX-002", "LX-003")
@pytest.mark.parametrize("language", ["Python", "Node.js"])
async def test_under_load_every_response_is_correct_or_an_error_and_the_pool_recovers(
    make_pool: MakePool, language: str
) -> None:
    pool = make_pool()
    function = (
        a_function("misbehaved.crashes_or_hangs_when_told")
        if language == "Python"
        else a_function("misbehaved.crashesOrHangsWhenTold", runtime=NODE)
    )

    async def call(number: int) -> Any:
        does = {20: "crash", 40: "hang"}.get(number % 100, "answer")
        event = {"does": does, "number": number}
        limit = 0.5 if does == "hang" else None
        return await pool.invoke(function, event, time_limit=limit)

    results = await asyncio.gather(*map(call, range(200)), return_exceptions=True)

    expected: dict[type, int] = {dict: 196, EdgeExecutionError: 2, EdgeLimitError: 2}
    assert Counter(map(type, results)) == expected
    for number, result in enumerate(results):
        if isinstance(result, dict):
            assert result["number"] == number
        else:
            assert isinstance(result, EdgeFunctionError)
            assert result.status == 503
    assert await call(1) == {"does": "answer", "number": 1}


async def test_load_leaves_no_process_behind(make_pool: MakePool) -> None:
    pool = make_pool()
    events = [{"leave": number % 10 == 0} for number in range(30)]
    results = await asyncio.gather(
        *(invoke(pool, "misbehaved.exits_when_told", event) for event in events),
        return_exceptions=True,
    )

    await pool.close()

    # A zombie would still be there.
    seen = {result for result in results if isinstance(result, int)}
    assert seen
    assert not any(is_running(pid) for pid in seen)


async def test_functions_in_both_languages_share_a_pool(pool: WorkerPool) -> None:
    results = await asyncio.gather(
        invoke(pool, "well_behaved.returns_the_event", {"in": "Python"}),
        invoke_node(pool, "well_behaved.returnsTheEvent", {"in": "Node"}, revision="n"),
    )

    assert [result["in"] for result in results] == ["Python", "Node"]
