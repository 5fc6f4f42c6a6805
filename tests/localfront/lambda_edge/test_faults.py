"""Functions in real workers that break the contract."""

import asyncio
import sys
from pathlib import Path

import pytest

from localfront.errors import (
    EdgeExecutionError,
    EdgeFunctionError,
    EdgeLimitError,
    EdgeValidationError,
)
from localfront.exchange.eager import Eager
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.real_workers import Logs, MakePool, invoke


@pytest.mark.proves("LX-002", "LX-009")
async def test_an_exception_is_an_execution_error_with_its_traceback(
    pool: WorkerPool, logs: Logs
) -> None:
    with pytest.raises(EdgeExecutionError, match="edge:3 raised LookupError") as error:
        await invoke(pool, "misbehaved.raises")

    assert (error.value.status, error.value.rule) == (503, "LX-002")
    assert 'misbehaved.py", line' in error.value.traceback
    assert error.value.traceback.endswith("LookupError: no such captain: é")
    assert any(line.startswith("[ERROR] LookupError") for line in logs)


@pytest.mark.parametrize(
    ("handler", "error"),
    [
        ("misbehaved.raises", EdgeExecutionError),
        ("misbehaved.exits", EdgeExecutionError),
        ("misbehaved.sleeps_forever", EdgeLimitError),
    ],
)
async def test_they_fail_alike_without_a_task(
    pool: WorkerPool, handler: str, error: type[EdgeFunctionError]
) -> None:
    begun = Eager(invoke(pool, handler, timeout=1), lambda: None)
    asyncio.get_running_loop().call_soon(begun.begin)

    with pytest.raises(error, match="edge:3"):
        await begun.wait()
    assert await invoke(pool, "misbehaved.exits_when_told")


@pytest.mark.proves("LX-002")
async def test_an_exception_with_a_long_message_arrives_whole(pool: WorkerPool) -> None:
    with pytest.raises(EdgeExecutionError) as error:
        await invoke(pool, "misbehaved.raises_with_a_long_message")

    assert "x" * 100_000 in error.value.traceback


@pytest.mark.proves("LX-002")
@pytest.mark.parametrize(
    ("handler", "reason"),
    [("misbehaved.exits", "exit status 7"), ("misbehaved.is_killed", "signal 9")],
)
async def test_a_function_that_ends_its_process_is_an_execution_error(
    pool: WorkerPool, handler: str, reason: str
) -> None:
    with pytest.raises(EdgeExecutionError, match=reason):
        await invoke(pool, handler)


async def test_the_last_words_before_an_exit_are_kept(pool: WorkerPool) -> None:
    with pytest.raises(EdgeExecutionError) as error:
        await invoke(pool, "misbehaved.exits")

    assert "about to leave" in error.value.traceback


async def test_a_worker_that_died_is_replaced(pool: WorkerPool) -> None:
    first = await invoke(pool, "misbehaved.exits_when_told")
    with pytest.raises(EdgeExecutionError):
        await invoke(pool, "misbehaved.exits_when_told", {"leave": True})

    second = await invoke(pool, "misbehaved.exits_when_told")

    assert first != second


@pytest.mark.proves("LX-003", "LX-009", "LA-017")
async def test_a_function_past_its_timeout_is_killed(pool: WorkerPool, logs: Logs) -> None:
    with pytest.raises(EdgeLimitError, match=r"timeout of 1 s") as error:
        await invoke(pool, "misbehaved.sleeps_forever", timeout=1)

    assert (error.value.status, error.value.rule) == (503, "LX-003")
    assert "good night" in logs
    assert any("Task timed out after 1.00 seconds" in line for line in logs)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
async def test_a_function_that_uses_more_than_its_memory_is_an_execution_error(
    pool: WorkerPool,
) -> None:
    with pytest.raises(EdgeExecutionError, match=r"used \d+ MB and has 128"):
        await invoke(pool, "misbehaved.uses_much_memory")

    assert await invoke(pool, "misbehaved.exits_when_told")


async def test_a_worker_that_was_killed_is_replaced(pool: WorkerPool) -> None:
    first = await invoke(pool, "misbehaved.sleeps_when_told", timeout=2)
    with pytest.raises(EdgeLimitError):
        await invoke(pool, "misbehaved.sleeps_when_told", {"sleep": True}, timeout=2)

    second = await invoke(pool, "misbehaved.sleeps_when_told", timeout=2)

    assert first != second


@pytest.mark.proves("LR-002", "LX-001", "LX-009")
@pytest.mark.parametrize("returns", ["nan", "bytes", "deep_nesting"])
async def test_an_answer_that_is_no_json_fails_validation(pool: WorkerPool, returns: str) -> None:
    with pytest.raises(EdgeValidationError, match="not JSON") as error:
        await invoke(pool, f"misbehaved.returns_{returns}")

    assert error.value.status == 502


@pytest.mark.proves("LX-002")
@pytest.mark.parametrize("returns", ["a_cycle", "an_object"])
async def test_an_answer_that_the_runtime_cannot_serialise_is_an_execution_error(
    pool: WorkerPool, returns: str
) -> None:
    with pytest.raises(EdgeExecutionError, match=r"Runtime\.MarshalError"):
        await invoke(pool, f"misbehaved.returns_{returns}")


@pytest.mark.proves("LX-002")
async def test_an_answer_over_6_mb_is_an_execution_error(pool: WorkerPool) -> None:
    with pytest.raises(EdgeExecutionError, match="ResponseSizeTooLarge"):
        await invoke(pool, "misbehaved.returns_ten_megabytes")


async def test_the_first_of_two_answers_counts_and_the_second_ends_the_worker(
    pool: WorkerPool, logs: Logs
) -> None:
    answers = [await invoke(pool, "misbehaved.answers_twice") for _ in range(3)]

    assert answers == ["first", "first", "first"]
    async with asyncio.timeout(30):
        await logs.line("RuntimeError: Failed to post invocation response", times=3)


@pytest.mark.proves("LX-002")
@pytest.mark.parametrize(
    ("handler", "said"),
    [
        ("nowhere.handler", "No module named 'nowhere'"),
        ("well_behaved.nothing", "'well_behaved.nothing'|Handler 'nothing' missing"),
        ("raises_at_import.handler", "RuntimeError: no warp core"),
        ("exits_at_import.handler", "exit status 4"),
    ],
)
async def test_a_function_that_cannot_start_is_an_execution_error(
    pool: WorkerPool, handler: str, said: str
) -> None:
    with pytest.raises(EdgeExecutionError, match=said):
        await invoke(pool, handler)


@pytest.mark.proves("LX-003")
async def test_a_function_that_takes_too_long_to_start_is_over_the_limit(
    make_pool: MakePool,
) -> None:
    with pytest.raises(EdgeLimitError, match="not ready after"):
        await invoke(make_pool(init_timeout=1), "sleeps_at_import.handler")


async def test_code_that_is_not_there_is_an_execution_error(
    pool: WorkerPool, tmp_path: Path
) -> None:
    with pytest.raises(EdgeExecutionError, match="did not start"):
        await invoke(pool, "a.handler", code=tmp_path / "gone")
