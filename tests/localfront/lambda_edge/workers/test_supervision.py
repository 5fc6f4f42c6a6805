"""The supervisor of a worker: leftovers, and limits."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from localfront.errors import EdgeExecutionError
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.lambda_edge.escaping import (
    PATIENCE,
    Attack,
    attack_in,
    linux,
    none_left,
    processes_with,
)
from tests.localfront.real_workers import invoke, is_running

LANGUAGES = ["Python", "Node.js"]


@pytest.fixture(params=LANGUAGES)
def attack(request: pytest.FixtureRequest, node_pool: WorkerPool) -> Attack:
    return attack_in(request.param, node_pool)


@pytest.fixture
def mark() -> str:
    return f"mark-{uuid.uuid4()}"


@linux
@pytest.mark.parametrize("leave", [False, True], ids=["is stopped", "exits"])
async def test_no_process_outlives_a_worker(
    attack: Attack, node_pool: WorkerPool, mark: str, *, leave: bool
) -> None:
    event = {"mark": mark, "strays": 5, "leave": leave}
    result: object = (await asyncio.gather(attack("leaves_strays", event), return_exceptions=True))[
        0
    ]
    before = len(processes_with(mark))

    await node_pool.close()

    assert isinstance(result, EdgeExecutionError) if leave else before == 5
    assert processes_with(mark) == []


@linux
async def test_no_process_outlives_a_worker_that_is_killed_from_outside(
    node_pool: WorkerPool, mark: str
) -> None:
    event = {"mark": mark, "strays": 5}
    pids = await invoke(node_pool, "escapes.leaves_strays", event)

    os.kill(pids["worker"], signal.SIGKILL)
    await node_pool.close()

    assert processes_with(mark) == []


@linux
async def test_no_process_outlives_a_worker_that_keeps_forking(
    node_pool: WorkerPool, mark: str
) -> None:
    await invoke(node_pool, "escapes.forks_without_end", {"mark": mark, "chains": 8})
    seen = any(processes_with(mark) for _ in range(100))  # one sample may miss them

    await node_pool.close()

    assert seen
    assert [processes_with(mark) for _ in range(5)] == [[]] * 5


@linux
async def test_memory_of_a_process_that_hides_it_counts_too(node_pool: WorkerPool) -> None:
    event = {"megabytes": 500, "hides": True}
    with pytest.raises(EdgeExecutionError, match=r"used [3-6]\d\d MB together"):
        await invoke(node_pool, "escapes.maps_shared_memory", event)


@linux
@pytest.mark.proves("LX-002")
async def test_too_many_processes_end_the_worker(
    node_pool: WorkerPool,
) -> None:
    with pytest.raises(EdgeExecutionError, match=r"had \d+ processes and threads, and"):
        await invoke(node_pool, "escapes.starts_many", {"children": 11, "threads": 100})


@linux
@pytest.mark.proves("LX-002")
async def test_shared_memory_counts_while_the_function_runs(
    node_pool: WorkerPool,
) -> None:
    with pytest.raises(EdgeExecutionError, match=r"used [3-6]\d\d MB together"):
        await invoke(node_pool, "escapes.maps_shared_memory", {"megabytes": 500})


@linux
@pytest.mark.proves("LX-002")
async def test_memory_of_child_processes_counts_as_the_functions(
    node_pool: WorkerPool,
) -> None:
    with pytest.raises(EdgeExecutionError, match=r"used [3-6]\d\d MB together"):
        await invoke(node_pool, "escapes.shares_the_work", {"children": 5, "megabytes": 100})


@linux
async def test_a_worker_whose_supervisor_is_killed_ends_with_it(
    node_pool: WorkerPool, mark: str
) -> None:
    event = {"mark": mark, "strays": 0}
    pids = await invoke(node_pool, "escapes.leaves_strays", event)

    os.kill(pids["supervisor"], signal.SIGKILL)

    assert await none_left(lambda: is_alive(pids["worker"]))


@linux
async def test_a_stopped_supervisor_does_not_prevent_localfront_from_exiting(
    node_pool: WorkerPool, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("localfront.lambda_edge.workers.process._PATIENCE", 0.2)
    event = {"mark": mark, "strays": 0}
    pids = await invoke(node_pool, "escapes.leaves_strays", event)
    os.kill(pids["supervisor"], signal.SIGSTOP)

    async with asyncio.timeout(PATIENCE):
        await node_pool.close()

    assert not is_running(pids["supervisor"])
    assert await none_left(lambda: is_alive(pids["worker"]))


OWNERS = """
import asyncio, os, signal, sys
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.cloudfront_functions.worker_process import EngineProcess, Runnable
from tests.localfront.real_workers import ACCESS, Logs, invoke, invoke_node

ENDLESS = "function handler() { for (;;); }"

async def own(mark):
    event = {"mark": mark, "strays": 2}
    function = Runnable(name="f", revision="1", script=ENDLESS)
    logs = Logs()
    async with WorkerPool(access=ACCESS, on_log=logs.add) as pool, EngineProcess() as worker:
        await worker.run(function, {}, now=0)
        await invoke(pool, "escapes.leaves_strays", event)
        await invoke_node(pool, "escapes.leavesStrays", event, revision="n")
        busy = [
            invoke(pool, "misbehaved.sleeps_forever"),
            invoke_node(pool, "misbehaved.sleepsForever", revision="n"),
        ]
        calls = [asyncio.create_task(call) for call in busy]
        while sum("good night" in line for line in logs) < 2:
            await logs.line("", times=len(logs) + 1)
        print(os.getpid(), flush=True)
        while calls:
            await worker.run(function, {}, now=0)

signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that no owner stays as a zombie
for mark in sys.stdin:
    if os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        asyncio.run(own(mark.strip()))
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def owners() -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that has imported everything, and forks an owner for each line that it reads."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OWNERS,
        cwd=Path(__file__).parents[4],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    yield process
    process.kill()
    await process.wait()


async def an_owner(owners: asyncio.subprocess.Process, mark: str) -> int:
    """A process with a busy worker of each kind."""
    assert owners.stdin
    assert owners.stdout
    owners.stdin.write(f"{mark}\n".encode())
    async with asyncio.timeout(PATIENCE * 2):
        return int(await owners.stdout.readline())


@linux
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
async def test_all_workers_end_with_localfront_however_it_exits(
    owners: asyncio.subprocess.Process, mark: str, number: signal.Signals
) -> None:
    owner = await an_owner(owners, mark)
    below = descendants(owner)

    os.kill(owner, number)

    assert len(below) >= 5  # two supervisors, two workers, one of the other kind
    assert await none_left(lambda: sum(map(is_alive, [owner, *below])))
    assert await none_left(lambda: len(processes_with(mark)))


def descendants(pid: int) -> list[int]:
    """The descendants of a process, from Linux's /proc."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        children = [int(child) for child in (task / "children").read_text().split()]
        found += [*children, *(pid for child in children for pid in descendants(child))]
    return found


def is_alive(pid: int) -> bool:
    """Whether it runs; a zombie does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
