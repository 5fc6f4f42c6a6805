"""Leaks of a process: descriptors, memory and children."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.processes import running
from fuzz.soak import process_tree
from fuzz.soak.remains import Resources, remains, taken

NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
HOLDS = """
import os, sys
files = [open(os.devnull) for _ in range({files})]
memory = bytearray({memory})
print("ready", flush=True)
sys.stdin.read()
import time; time.sleep(60)
"""


def problems_of(tmp_path: Path, before: Resources, *, files: int = 0, memory: int = 0) -> list[str]:
    code = HOLDS.format(files=files, memory=memory)
    command = [sys.executable, "-c", code]
    with running(command, log=tmp_path / "log", cores=frozenset(), env=dict(os.environ)) as process:
        process.wait_for("ready")
        _, found = asyncio.run(remains(process, before, cached=0))
    return [problem.signature for problem in found]


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fuzz.soak.remains.QUIET_WITHIN", 0.0)


@NEEDS_PROC
def test_leaked_descriptors_and_memory_are_reported(tmp_path: Path) -> None:
    small = Resources(files=10, memory=20 * 1024 * 1024)

    assert problems_of(tmp_path, small) == []
    assert problems_of(tmp_path, small, files=200) == ["descriptors"]
    assert problems_of(tmp_path, small, memory=200 * 1024 * 1024) == ["memory"]


@NEEDS_PROC
def test_an_unreaped_dead_child_is_a_zombie() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert child.pid in process_tree.zombies(os.getpid())

    child.wait(240)
    assert child.pid not in process_tree.zombies(os.getpid())


@NEEDS_PROC
def test_a_worker_is_killed_as_by_a_crash() -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys; c = subprocess.Popen([sys.executable, '-c', "
            "'import time; time.sleep(60)']); print(flush=True); print(c.wait())",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    parent.stdout.readline()

    assert process_tree.kill_one(parent.pid, 3)

    assert parent.communicate(timeout=20)[0].strip() == "-9"
    assert not process_tree.kill_one(parent.pid, 3)


def test_a_sample_has_the_descriptors_and_memory_of_the_process(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDS.format(files=0, memory=100 * 1024 * 1024)]
    with running(command, log=tmp_path / "log", cores=frozenset(), env=dict(os.environ)) as process:
        process.wait_for("ready")

        assert taken(process).memory > 50 * 1024 * 1024
