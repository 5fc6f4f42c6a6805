"""LocalStack in a container of a run's own."""

import os
import subprocess
import sys
import time

import pytest

from harness.checkout import ROOT
from harness.emulators import docker_engine
from harness.emulators.localstack import READY
from harness.errors import MissingToolError


def containers_that_publish(port: str) -> list[str]:
    return docker("ps", "--quiet", "--no-trunc", "--filter", f"publish={port}")


def docker(*arguments: str) -> list[str]:
    said = subprocess.run(  # noqa: S603
        ["docker", *arguments],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return said.stdout.splitlines()


def test_it_is_asked_to_end_so_that_it_ends_its_functions() -> None:
    try:
        docker_engine.require_engine(os.environ)
    except MissingToolError as reason:
        pytest.skip(str(reason))
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
