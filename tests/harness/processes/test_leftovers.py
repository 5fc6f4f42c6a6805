"""A run ends the processes that a killed run left, and reports it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.checkout import ROOT
from harness.processes import engine_leftovers, leftovers
from harness.processes.file_lock import locked
from harness.processes.leftovers import LOCK, PROCESSES, end_leftovers, lock_of
from harness.stack.run_directory import run_directory
from tests.harness.living import is_alive
from tests.harness.processes.test_tether import until

SLEEPS = "import time; time.sleep(600)"


@pytest.fixture
def dead() -> int:
    """The process id of an ended process."""
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait(240)
    return killed.pid


@pytest.fixture
def started() -> Iterator[list["subprocess.Popen[bytes]"]]:
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait(240)


def start(*command: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, start_new_session=True)


def left_in(stacks: Path) -> list[Path]:
    return [path for path in stacks.iterdir() if path.name != LOCK]


def test_processes_of_a_dead_run_are_listed_and_terminated(
    dead: int,
    started: list["subprocess.Popen[bytes]"],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ours = start(sys.executable, "-c", f"{SLEEPS} # {ROOT}")
    others = start("/bin/sleep", "600")  # its process id was once ours
    started += [ours, others]
    folder = tmp_path / f"dev-{dead}"
    folder.mkdir()
    (folder / PROCESSES).write_text(f"{ours.pid} localfront\n{others.pid} ministack\n4")

    end_leftovers(tmp_path)

    output = capsys.readouterr().out
    assert ours.wait(20) != 0
    assert is_alive(others.pid)
    assert f"(dev, process {dead})" in output
    assert f"localfront ({ours.pid})" in output
    assert "ministack" not in output
    assert output.count("\n") == 1
    assert left_in(tmp_path) == []


def test_processes_that_ignore_sigterm_are_killed(
    dead: int,
    started: list["subprocess.Popen[bytes]"],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leftovers, "GRACE", 0.3)
    ready = tmp_path / "ready"
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"open({str(ready)!r}, 'w'); time.sleep(600) # {ROOT}"
    )
    started.append(start(sys.executable, "-c", stubborn))
    assert until(ready.exists)
    folder = tmp_path / "stacks" / f"dev-{dead}"
    folder.mkdir(parents=True)
    (folder / PROCESSES).write_text(f"{started[0].pid} localfront\n")

    end_leftovers(folder.parent)

    assert started[0].wait(20) == -signal.SIGKILL


def test_a_zombie_process_is_not_a_leftover() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)

    found = {process.number for process in leftovers.all_processes()}

    assert os.getpid() in found
    assert ended.pid not in found
    ended.wait(240)


def test_a_running_run_keeps_its_folder_and_processes(
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
    assert left_in(tmp_path) == []


def test_a_reused_process_id_does_not_keep_a_folder(
    tmp_path: Path,
) -> None:
    folder = tmp_path / f"dev-{os.getpid()}"
    folder.mkdir()
    folder.with_name(f"{folder.name}.lock").touch()

    end_leftovers(tmp_path)

    assert left_in(tmp_path) == []


def test_a_process_id_reused_by_a_running_run_is_not_terminated(
    dead: int, started: list["subprocess.Popen[bytes]"], tmp_path: Path
) -> None:
    started.append(start(sys.executable, "-c", f"{SLEEPS} # {ROOT}"))
    gone = tmp_path / f"dev-{dead}"
    gone.mkdir()
    (gone / PROCESSES).write_text(f"{started[0].pid} localfront\n")
    living = tmp_path / "e2e-1"
    living.mkdir()
    (living / PROCESSES).write_text(f"{started[0].pid} ministack\n")

    with locked(lock_of(living), unless=lambda: False):
        end_leftovers(tmp_path)

    assert is_alive(started[0].pid)
    assert not gone.exists()
    assert living.exists()


DOCKER = """#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
    *name=*) echo captains-log-0a; echo captains-log-0a-lambda-login ;;
    *label=*) echo captains-log-7-localfront-1 ;;
esac
"""


def test_containers_of_a_dead_run_are_listed_and_removed(
    dead: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    docker, calls = tmp_path / "docker", tmp_path / "calls"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(calls))
    folder = tmp_path / "stacks" / f"e2e-{dead}"
    folder.mkdir(parents=True)
    engine_leftovers.note(folder, "container", "captains-log-0a")
    engine_leftovers.note(folder, "project", "captains-log-7")

    end_leftovers(folder.parent)

    output = capsys.readouterr().out
    recorded = calls.read_text()
    assert "container captains-log-0a, container captains-log-0a-lambda-login" in output
    removed = "captains-log-0a captains-log-0a-lambda-login captains-log-7-localfront-1"
    assert f"stop --time 10 {removed}\nrm --force --volumes {removed}" in recorded
    assert "compose --project-name captains-log-7 down --volumes" in recorded
    assert not folder.exists()


def test_an_unresponsive_docker_engine_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker = tmp_path / "docker"
    docker.write_text("#!/bin/sh\nexec sleep 600\n")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(engine_leftovers, "ENDS_WITHIN", 0.2)

    assert engine_leftovers.docker("ps") == []


def test_runs_without_containers_do_not_call_docker(
    dead: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker, calls = tmp_path / "docker", tmp_path / "calls"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(calls))
    (tmp_path / "stacks" / f"dev-{dead}").mkdir(parents=True)

    end_leftovers(tmp_path / "stacks")

    assert not calls.exists()
