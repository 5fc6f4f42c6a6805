"""Functions in real workers that violate the contract."""

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
from tests.localfront.real_workers import (
    ACCESS,
    Logs,
    a_function,
    invoke,
    invoke_in_one_worker,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.proves("LX-002", "LX-009")
async def test_an_exception_is_an_execution_error_with_its_traceback(
    shared_pool: WorkerPool, shared_logs: Logs
) -> None:
    with pytest.raises(EdgeExecutionError, match="edge:11 raised LookupError") as error:
        await invoke_in_one_worker(shared_pool, "misbehaved.raises")

    assert (error.value.status, error.value.rule) == (503, "LX-002")
    assert 'misbehaved.py", line' in error.value.traceback
    assert error.value.traceback.endswith("LookupError: no such captain: é")
    assert any(line.startswith("[ERROR] LookupError") for line in shared_logs)


@pytest.mark.parametrize(
    ("handler", "error"),
    [
        ("misbehaved.raises", EdgeExecutionError),
        ("misbehaved.exits", EdgeExecutionError),
        ("misbehaved.sleeps_forever", EdgeLimitError),
    ],
)
async def test_invocations_without_a_task_fail_in_the_same_way(
    shared_pool: WorkerPool, handler: str, error: type[EdgeFunctionError]
) -> None:
    begun = Eager(invoke(shared_pool, handler, timeout=1), lambda: None)
    asyncio.get_running_loop().call_soon(begun.begin)

    with pytest.raises(error, match="edge:3"):
        await begun.wait()
    assert await invoke(shared_pool, "misbehaved.exits_when_told")


@pytest.mark.proves("LX-002")
async def test_a_long_exception_message_is_not_truncated(shared_pool: WorkerPool) -> None:
    with pytest.raises(EdgeExecutionError) as error:
        await invoke_in_one_worker(shared_pool, "misbehaved.raises_with_a_long_message")

    assert "x" * 100_000 in error.value.traceback


@pytest.mark.proves("LX-002")
@pytest.mark.parametrize(
    ("handler", "reason"),
    [("misbehaved.exits", "exit status 7"), ("misbehaved.is_killed", "signal 9")],
)
async def test_a_function_that_ends_its_process_is_an_execution_error(
    shared_pool: WorkerPool, handler: str, reason: str
) -> None:
    with pytest.raises(EdgeExecutionError, match=reason):
        await invoke_in_one_worker(shared_pool, handler)


async def test_output_written_just_before_an_exit_is_kept(shared_pool: WorkerPool) -> None:
    with pytest.raises(EdgeExecutionError) as error:
        await invoke_in_one_worker(shared_pool, "misbehaved.exits")

    assert "about to leave" in error.value.traceback


async def test_a_worker_that_died_is_replaced(shared_pool: WorkerPool) -> None:
    first = await invoke_in_one_worker(shared_pool, "misbehaved.exits_when_told")
    with pytest.raises(EdgeExecutionError):
        await invoke_in_one_worker(shared_pool, "misbehaved.exits_when_told", {"leave": True})

    second = await invoke_in_one_worker(shared_pool, "misbehaved.exits_when_told")

    assert first != second


@pytest.mark.proves("LX-003", "LX-009", "LA-017")
async def test_a_function_past_its_timeout_is_killed(
    shared_pool: WorkerPool, shared_logs: Logs
) -> None:
    with pytest.raises(EdgeLimitError, match=r"timeout of 1 s") as error:
        await invoke(shared_pool, "misbehaved.sleeps_forever", timeout=1)

    assert (error.value.status, error.value.rule) == (503, "LX-003")
    assert "good night" in shared_logs
    assert any("Task timed out after 1.00 seconds" in line for line in shared_logs)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
async def test_a_function_that_uses_more_than_its_memory_is_an_execution_error(
    shared_pool: WorkerPool,
) -> None:
    with pytest.raises(EdgeExecutionError, match=r"used \d+ MB and has 128"):
        await invoke(shared_pool, "misbehaved.uses_much_memory")

    assert await invoke(shared_pool, "misbehaved.exits_when_told")


async def test_a_worker_that_was_killed_is_replaced(shared_pool: WorkerPool) -> None:
    function = a_function("misbehaved.sleeps_when_told")
    first = await shared_pool.invoke(function, {})
    with pytest.raises(EdgeLimitError):
        await shared_pool.invoke(function, {"sleep": True}, time_limit=0.1)

    second = await shared_pool.invoke(function, {})

    assert first != second


@pytest.mark.proves("LR-002", "LX-001", "LX-009")
@pytest.mark.parametrize("returns", ["nan", "bytes", "deep_nesting"])
async def test_a_response_that_is_not_json_fails_validation(
    shared_pool: WorkerPool, returns: str
) -> None:
    with pytest.raises(EdgeValidationError, match="not JSON") as error:
        await invoke_in_one_worker(shared_pool, f"misbehaved.returns_{returns}")

    assert error.value.status == 502


@pytest.mark.proves("LX-002")
@pytest.mark.parametrize("returns", ["a_cycle", "an_object"])
async def test_a_response_that_cannot_be_serialised_is_an_execution_error(
    shared_pool: WorkerPool, returns: str
) -> None:
    with pytest.raises(EdgeExecutionError, match=r"Runtime\.MarshalError"):
        await invoke_in_one_worker(shared_pool, f"misbehaved.returns_{returns}")


@pytest.mark.proves("LX-002")
async def test_a_response_over_6_mb_is_an_execution_error(shared_pool: WorkerPool) -> None:
    with pytest.raises(EdgeExecutionError, match="ResponseSizeTooLarge"):
        await invoke_in_one_worker(shared_pool, "misbehaved.returns_ten_megabytes")


async def test_the_first_of_two_responses_is_used_and_the_second_ends_the_worker(
    shared_pool: WorkerPool, shared_logs: Logs
) -> None:
    results = [
        await invoke_in_one_worker(shared_pool, "misbehaved.answers_twice") for _ in range(2)
    ]

    assert results == ["first", "first"]
    async with asyncio.timeout(30):
        await shared_logs.line("RuntimeError: Failed to post invocation response", times=2)


@pytest.mark.proves("LX-002")
@pytest.mark.parametrize(
    ("handler", "message"),
    [
        ("nowhere.handler", "No module named 'nowhere'"),
        ("well_behaved.nothing", "'well_behaved.nothing'|Handler 'nothing' missing"),
        ("raises_at_import.handler", "RuntimeError: no warp core"),
        ("exits_at_import.handler", "exit status 4"),
    ],
)
async def test_a_function_that_cannot_start_is_an_execution_error(
    shared_pool: WorkerPool, handler: str, message: str
) -> None:
    with pytest.raises(EdgeExecutionError, match=message):
        await invoke(shared_pool, handler)


@pytest.mark.proves("LX-003")
async def test_a_function_that_takes_too_long_to_start_exceeds_the_init_limit(
    all_logs: Logs,
) -> None:
    async with WorkerPool(access=ACCESS, on_log=all_logs.add, init_timeout=0.1) as pool:
        with pytest.raises(EdgeLimitError, match="not ready after"):
            await invoke(pool, "sleeps_at_import.handler")


async def test_missing_code_is_an_execution_error(shared_pool: WorkerPool, tmp_path: Path) -> None:
    with pytest.raises(EdgeExecutionError, match="did not start"):
        await invoke(shared_pool, "a.handler", code=tmp_path / "gone")
