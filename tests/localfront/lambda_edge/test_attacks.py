"""Functions that attack their worker or its surroundings, in both languages."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from localfront.errors import EdgeExecutionError, EdgeLimitError
from localfront.lambda_edge.function import parse_function_arn
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.lambda_edge.escaping import confined, landlock_version, linux
from tests.localfront.real_workers import (
    FUNCTIONS,
    NODE,
    Logs,
    a_function,
    invoke,
    invoke_in_one_worker,
    invoke_node,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

Invoke = Callable[..., Awaitable[Any]]

PYTHON_OR_NODE = {
    "allocates_without_end": "allocatesBuffers",
    "closes_its_connections": "",
    "prints_without_end": "printsForever",
    "answers_another": "answersAnother",
    "answers_twice": "answersTwice",
    "writes_into": "writesInto",
    "reads": "reads",
    "uses_much_memory": "usesMuchMemory",
    "sleeps_forever": "sleepsForever",
}


LANGUAGES = ["Python", "Node.js"]


@pytest.fixture(params=LANGUAGES)
def attack(request: pytest.FixtureRequest, shared_pool: WorkerPool) -> Invoke:
    """Invokes the attack in the language's own spelling."""
    return attack_by(invoke, request.param, shared_pool)


@pytest.fixture(params=LANGUAGES)
def harmless(request: pytest.FixtureRequest, shared_pool: WorkerPool) -> Invoke:
    """The same for attacks that do not change the worker: they share one."""
    return attack_by(invoke_in_one_worker, request.param, shared_pool)


def attack_by(ask: Invoke, language: str, pool: WorkerPool) -> Invoke:
    async def run(name: str, event: Any = None, **changes: Any) -> Any:
        if language == "Python":
            return await ask(pool, f"misbehaved.{name}", event, **changes)
        return await ask(pool, f"misbehaved.{PYTHON_OR_NODE[name]}", event, runtime=NODE, **changes)

    return run


ANOTHER = parse_function_arn("arn:aws:lambda:us-east-1:123456789012:function:edge:4")


@confined
async def test_a_function_cannot_change_its_own_code(attack: Invoke, tmp_path: Path) -> None:
    code = tmp_path / "code"  # never the tree that this test stands in
    shutil.copytree(FUNCTIONS, code)
    file = code / "misbehaved.py"

    result = await attack("writes_into", {"file": str(file)}, code=code)

    assert result in ("13", "EACCES")
    assert read(file) == read(FUNCTIONS / "misbehaved.py")


@confined
async def test_a_function_writes_to_tmp(harmless: Invoke, tmp_path: Path) -> None:
    if not tmp_path.is_relative_to("/tmp"):  # noqa: S108 - /tmp itself is meant
        pytest.skip("pytest's directory is elsewhere")
    if FUNCTIONS.resolve().is_relative_to("/tmp"):  # noqa: S108 - /tmp itself is meant
        pytest.skip("the function's own code lies below /tmp, which is closed to it then")
    file = tmp_path / "new"

    assert await harmless("writes_into", {"file": str(file)}) == "written"
    assert read(file) == "changed"


@confined
@pytest.mark.parametrize("what", ["environ", "mem"])
async def test_a_function_cannot_read_localfronts_memory_or_environment(
    harmless: Invoke, what: str
) -> None:
    result = await harmless("reads", {"file": f"/proc/{os.getpid()}/{what}"})

    assert result in ("13", "EACCES")


@confined
async def test_a_function_cannot_read_another_workers_memory_or_environment(
    shared_pool: WorkerPool, harmless: Invoke
) -> None:
    other = a_function("well_behaved.counts_its_calls", arn=ANOTHER)
    response: Any = await shared_pool.invoke(other, {})

    result = await harmless("reads", {"file": f"/proc/{response['pid']}/environ"})

    assert result in ("13", "EACCES")


@confined
async def test_a_function_cannot_send_a_signal_to_localfront(
    shared_pool: WorkerPool,
) -> None:
    if landlock_version() < 6:
        pytest.skip("the kernel's Landlock knows no signals")

    assert await invoke_in_one_worker(shared_pool, "misbehaved.kills", {"pid": os.getpid()}) == "1"


@linux
async def test_a_function_has_lambdas_resource_limits(shared_pool: WorkerPool) -> None:
    limits = await invoke_in_one_worker(shared_pool, "misbehaved.has_limits")

    assert limits == {"files": 1024, "core": 0}


@linux
@pytest.mark.proves("LX-002")
async def test_an_endless_allocation_is_stopped_before_memory_runs_out(
    attack: Invoke,
) -> None:
    with pytest.raises(EdgeExecutionError):
        await attack("allocates_without_end", timeout=30)


@linux
@pytest.mark.proves("LX-002")
async def test_node_js_exits_when_its_heap_is_full(shared_pool: WorkerPool) -> None:
    with pytest.raises(EdgeExecutionError, match=r"signal 6|used \d+ MB|signal 5"):
        await invoke_node(shared_pool, "misbehaved.allocatesObjects", timeout=30)


@linux
@pytest.mark.proves("LX-002")
async def test_a_function_over_its_memory_size_is_an_execution_error(
    attack: Invoke,
) -> None:
    with pytest.raises(EdgeExecutionError, match=r"used \d+ MB and has 128"):
        await attack("uses_much_memory")


@pytest.mark.proves("LX-003", "LA-017")
@pytest.mark.parametrize("does", ["sleeps_forever", "prints_without_end"])
async def test_a_function_that_never_ends_is_killed(
    attack: Invoke, does: str, shared_logs: Logs
) -> None:
    with pytest.raises(EdgeLimitError, match="within its timeout of 1 s"):
        await attack(does, timeout=1)

    assert shared_logs[-1].endswith("\tStatus: timeout") or "Init" in shared_logs[-1]
    assert any("Task timed out after 1.00 seconds" in line for line in shared_logs)


@pytest.mark.proves("LX-003")
async def test_a_blocked_event_loop_is_killed_too(shared_pool: WorkerPool) -> None:
    with pytest.raises(EdgeLimitError):
        await invoke_node(shared_pool, "misbehaved.blocks", timeout=1)


async def test_a_response_for_another_invocation_is_refused(harmless: Invoke) -> None:
    assert await harmless("answers_another") == 400


async def test_the_first_of_two_responses_is_used(attack: Invoke) -> None:
    results = [await attack("answers_twice") for _ in range(2)]

    assert results == ["first", "first"]


async def test_a_process_without_the_secret_gets_no_event(
    shared_pool: WorkerPool,
) -> None:
    status = await invoke_in_one_worker(shared_pool, "misbehaved.asks_without_the_secret")

    assert status == 403


@pytest.mark.proves("LX-002")
async def test_a_function_that_closes_its_connections_affects_only_itself(
    shared_pool: WorkerPool,
) -> None:
    calls = [invoke(shared_pool, "misbehaved.closes_its_connections", timeout=2)]
    result: object = (await asyncio.gather(*calls, return_exceptions=True))[0]

    assert result == "sent all the same" or isinstance(result, EdgeExecutionError | EdgeLimitError)
    assert await invoke(shared_pool, "misbehaved.exits_when_told")


def read(path: Path) -> str:
    return path.read_text()
