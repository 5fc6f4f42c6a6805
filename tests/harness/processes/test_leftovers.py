"""What a run left that could not clean up is ended by the next one, which says so."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.checkout import ROOT
from harness.processes.leftovers import PROCESSES, end_leftovers
from harness.stack.run_directory import run_directory
from tests.harness.processes.test_children import is_alive

SLEEPS = "import time; time.sleep(600)"


@pytest.fixture
def dead() -> int:
    """The number of a process that is gone."""
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    return killed.pid


@pytest.fixture
def started() -> Iterator[list["subprocess.Popen[bytes]"]]:
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def start(*command: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603


def test_processes_of_a_run_that_is_gone_are_named_and_ended(
    dead: int,
    started: list["subprocess.Popen[bytes]"],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ours = start(sys.executable, "-c", f"{SLEEPS} # {ROOT}")
    others = start("/bin/sleep", "600")  # it has a number that once was ours
    started += [ours, others]
    folder = tmp_path / f"dev-{dead}"
    folder.mkdir()
    (folder / PROCESSES).write_text(f"{ours.pid} localfront\n{others.pid} ministack\n4")

    end_leftovers(tmp_path)

    said = capsys.readouterr().out
    assert ours.wait(20) != 0
    assert is_alive(others.pid)
    assert f"(dev, process {dead})" in said
    assert f"localfront ({ours.pid})" in said
    assert "ministack" not in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_lives_keeps_its_folder_and_processes(
    started: list["subprocess.Popen[bytes]"],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    started.append(start(sys.executable, "-c", f"{SLEEPS} # {ROOT}"))
    with run_directory("dev", stacks=tmp_path) as folder:
        (folder / PROCESSES).write_text(f"{started[0].pid} localfront\n")

        end_leftovers(tmp_path)

        assert folder.exists()
        assert is_alive(started[0].pid)
    assert capsys.readouterr().out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_number_that_another_process_got_meanwhile_keeps_no_folder(
    tmp_path: Path,
) -> None:
    folder = tmp_path / f"dev-{os.getpid()}"
    folder.mkdir()
    folder.with_name(f"{folder.name}.lock").touch()

    end_leftovers(tmp_path)

    assert list(tmp_path.iterdir()) == []
