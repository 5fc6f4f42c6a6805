"""A run's own LocalStack container."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.checkout import ROOT
from harness.emulators import docker_engine
from harness.emulators.localstack import READY
from harness.errors import MissingToolError
from harness.processes.leftovers import end_leftovers


def require_engine() -> None:
    try:
        docker_engine.require_engine(os.environ)
    except MissingToolError as reason:
        pytest.skip(str(reason))


def containers_that_publish(port: str) -> list[str]:
    return docker("ps", "--quiet", "--no-trunc", "--filter", f"publish={port}")


def docker(*arguments: str) -> list[str]:
    done = subprocess.run(
        ["docker", *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.splitlines()


def test_localstack_gets_sigterm_so_that_it_stops_its_functions() -> None:
    require_engine()
    began = int(time.time())
    with subprocess.Popen(
        [sys.executable, "-m", "harness.emulators.localstack_container"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        ready = next(line for line in process.stdout if READY in line)
        (container,) = containers_that_publish(ready.strip().rpartition(":")[2])
        process.terminate()
        process.communicate(timeout=60)

    kills = docker(
        *("events", "--since", str(began), "--until", str(int(time.time()) + 1)),
        *("--filter", f"container={container}", "--filter", "event=kill"),
        *("--format", "{{.Actor.Attributes.signal}}"),
    )
    assert kills == ["15"]
    assert not docker("ps", "--all", "--quiet", "--filter", f"id={container}")


# A run with a LocalStack, which says the numbers of its processes and then does nothing.
RUN = """
import os, subprocess, sys
from pathlib import Path
from harness.emulators.localstack import start_container
from harness.processes.children import Children
from harness.processes.leftovers import PROCESSES
from harness.stack.run_directory import run_directory
with run_directory("dev", stacks=Path(sys.argv[1])) as folder:
    with Children(record=folder / PROCESSES) as children:
        start_container(children, environ=os.environ, directory=folder)
        print((folder / PROCESSES).read_text().split()[0], flush=True)
        sys.stdin.readline()
"""


def test_a_container_that_outlived_its_run_is_removed_by_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    require_engine()
    with subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout
        group = int(run.stdout.readline())
        notes = next(tmp_path.glob("dev-*/engine")).read_text()
        os.killpg(group, signal.SIGKILL)  # before it learns that the other has ended
        run.kill()
    name = notes.split()[1]
    assert docker("ps", "--quiet", "--filter", f"name={name}")

    end_leftovers(tmp_path)

    assert f"container {name}" in capsys.readouterr().out
    assert not docker("ps", "--all", "--quiet", "--filter", f"name={name}")
