"""Pools of real workers."""

import asyncio
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from localfront.errors import EdgeExecutionError
from localfront.lambda_edge.function_code import with_local_code
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.real_workers import (
    NODE,
    PYTHON,
    Logs,
    MakePool,
    a_function,
    invoke,
    is_running,
)


def exists(path: Path) -> bool:
    return path.exists()


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


async def test_a_function_gets_the_event_and_its_result_is_returned(
    pool: WorkerPool,
) -> None:
    event = {"a": [1, 2.5, None, True], "é": "\N{ROCKET}"}

    assert await invoke(pool, "well_behaved.returns_the_event", event) == event


PEAK = {
    "edge.py": """\
import re
import resource  # its own

def handler(event, context):
    held = bytearray(event["mb"] * 1024 * 1024)
    held[::4096] = b"x" * (len(held) // 4096)
    return [resource.OWN, int(re.search("VmHWM: *([0-9]+)", status().expandtabs())[1])]

def status():
    with open("/proc/self/status") as file:
        return file.read()
""",
    "resource.py": "OWN = 1\n",
    "edge.mjs": """\
import fs from "node:fs";

export async function handler({ mb }) {
  const held = Buffer.alloc(mb * 1024 * 1024, "x");
  const status = fs.readFileSync("/proc/self/status", "utf8");
  return [held.length && 1, Number(/VmHWM:\\s*(\\d+)/.exec(status)[1])];
}
""",
}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
@pytest.mark.parametrize("runtime", [PYTHON, NODE])
async def test_the_reported_peak_memory_is_the_systems_figure(
    pool: WorkerPool, logs: Logs, tmp_path: Path, runtime: str
) -> None:
    """Compared with the process's own figure: the present use may be below the peak."""
    for name, text in PEAK.items():
        (tmp_path / name).write_text(text)

    for megabytes in (50, 1):
        own, peak_kb = await invoke(
            pool, "edge.handler", {"mb": megabytes}, code=tmp_path, runtime=runtime
        )
        [peaks] = re.findall(r"Max Memory Used: (\d+) MB", logs[-1])

        assert own == 1
        assert peak_kb > 50 * 1024
        # The result was written after that; and Linux sums what each CPU counted in /proc alone,
        # so getrusage may lack some pages.
        assert -1 < int(peaks) - peak_kb / 1024 < 8


async def test_a_worker_stays_warm(pool: WorkerPool) -> None:
    first = await invoke(pool, "well_behaved.counts_its_calls")
    second = await invoke(pool, "well_behaved.counts_its_calls")

    assert (first["calls"], second["calls"]) == (1, 2)
    assert first["pid"] == second["pid"]


async def test_concurrent_calls_get_a_worker_each_up_to_the_limit(
    make_pool: MakePool,
) -> None:
    pool = make_pool(workers_per_function=2)

    results = await asyncio.gather(
        *(invoke(pool, "well_behaved.counts_its_calls") for _ in range(6))
    )

    assert len({result["pid"] for result in results}) == 2
    assert len(results) == 6


async def test_changed_code_gets_a_new_worker_and_the_old_one_ends(
    pool: WorkerPool, tmp_path: Path
) -> None:
    code = tmp_path / "handler.py"
    published = a_function("handler.handler")
    results: list[Any] = []

    for text in ("one", "three"):
        code.write_text(f"import os\ndef handler(e, c):\n    return ['{text}', os.getpid()]\n")
        function = with_local_code(published, tmp_path)
        results.append(await pool.invoke(function, {}))
    await pool.close()

    (first, old), (second, new) = results
    assert (first, second) == ("one", "three")
    assert not is_running(old)
    assert not is_running(new)


async def test_a_busy_worker_of_old_code_finishes_and_gets_no_more_calls(
    pool: WorkerPool,
) -> None:
    connected: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
    server = await asyncio.start_server(
        lambda _, writer: connected.put_nowait(writer), "127.0.0.1", 0
    )
    async with server:
        event = {"port": server.sockets[0].getsockname()[1]}
        old = asyncio.create_task(invoke(pool, "well_behaved.waits_for_release", event))
        connection = await connected.get()
        new = await invoke(pool, "well_behaved.waits_for_release", revision="2")
        connection.close()
        await connection.wait_closed()

        assert await old != new
        assert await invoke(pool, "well_behaved.waits_for_release", revision="2") == new


async def test_a_worker_leaves_no_bytecode_in_the_code(pool: WorkerPool, tmp_path: Path) -> None:
    (tmp_path / "handler.py").write_text("import other\ndef handler(e, c):\n    return 1\n")
    (tmp_path / "other.py").touch()

    await invoke(pool, "handler.handler", code=tmp_path)

    assert names(tmp_path) == {"handler.py", "other.py"}


async def test_closing_stops_every_worker(pool: WorkerPool) -> None:
    pids = await asyncio.gather(*(invoke(pool, "misbehaved.exits_when_told") for _ in range(3)))

    await pool.close()

    assert not any(is_running(pid) for pid in pids)


async def test_closing_aborts_calls_in_progress(pool: WorkerPool, logs: Logs) -> None:
    call = asyncio.create_task(invoke(pool, "misbehaved.sleeps_forever"))
    await logs.line("good night")

    await pool.close()

    with pytest.raises(EdgeExecutionError):
        await call


async def test_closing_stops_workers_that_are_starting(pool: WorkerPool) -> None:
    call = asyncio.create_task(invoke(pool, "sleeps_at_import.handler"))
    await asyncio.sleep(0)

    await pool.close()

    with pytest.raises(EdgeExecutionError, match="stopping"):
        await call


async def test_cancelling_a_call_stops_its_worker(pool: WorkerPool, logs: Logs) -> None:
    first = await invoke(pool, "misbehaved.sleeps_when_told")
    call = asyncio.create_task(invoke(pool, "misbehaved.sleeps_when_told", {"sleep": True}))
    await logs.line("START", times=2)

    call.cancel()
    await asyncio.gather(call, return_exceptions=True)

    assert await invoke(pool, "misbehaved.sleeps_when_told") != first


@pytest.mark.parametrize("leave", [True, False], ids=["which exits", "which is stopped"])
async def test_a_functions_child_processes_end_with_its_worker(
    pool: WorkerPool, *, leave: bool
) -> None:
    ended = asyncio.Event()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        await reader.read()  # until the other side is gone
        writer.close()
        ended.set()

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as server:
        event = {"port": server.sockets[0].getsockname()[1], "leave": leave}
        await asyncio.gather(
            invoke(pool, "misbehaved.leaves_a_child_behind", event),
            return_exceptions=True,
        )
        if not leave:
            await pool.close()

        async with asyncio.timeout(30):
            await ended.wait()


async def test_a_function_that_no_behavior_uses_any_more_has_no_workers(
    pool: WorkerPool,
) -> None:
    idle = await invoke(pool, "well_behaved.counts_its_calls")
    busy = asyncio.create_task(invoke(pool, "well_behaved.counts_its_calls"))
    await asyncio.sleep(0)  # it holds the worker now

    await pool.keep_only([])
    result = await busy
    await pool.keep_only([])

    assert result["pid"] == idle["pid"]
    assert not is_running(idle["pid"])
