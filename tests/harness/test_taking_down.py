"""Ctrl-C during clean-up does not interrupt it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from harness.checkout import ROOT
from harness.compose.handover import Handover
from harness.emulators.emulators import named_by
from tests.harness.http_servers import http_server
from tests.harness.outputs import OUTPUTS
from tests.harness.test_compose import CERTIFICATES

# Tells that it takes down, and goes on when it is told to.
TAKES_DOWN = """
touch "$SIGNS/began"
until [ -e "$SIGNS/go" ]; do sleep 0.05; done
touch "$SIGNS/taken-down"
"""
DOCKER = f"""#!/bin/sh
case "$*" in
    "compose version --short") echo 2.24.0 ;;
    *" exec "*) cat "$SIGNS/handover.json" ;;
    *" down "*) {TAKES_DOWN} ;;
esac
"""
TERRAFORM = f"""#!/bin/sh
case "$*" in
    "version -json") echo '{{"terraform_version": "1.11.4"}}' ;;
    version) echo "Terraform v1.11.4" ;;
    apply*) echo "Error: out of dilithium"; exit 1 ;;
    destroy*) {TAKES_DOWN} ;;
esac
"""


def program(path: Path, script: str) -> Path:
    path.write_text(script)
    path.chmod(0o755)
    return path


@contextmanager
def interrupted_while_taking_down(
    command: list[str], signs: Path, **environment: str
) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, "SIGNS": str(signs), **environment},
        text=True,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as process:
        while not (signs / "began").exists():
            assert process.poll() is None, process.communicate(timeout=240)
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        (signs / "go").touch()
        yield process


def test_docker_compose_down_is_not_interrupted(tmp_path: Path) -> None:
    docker = program(tmp_path / "docker", DOCKER)
    emulator = named_by({"AWS_ENDPOINT_URL": "http://localstack:4566"})
    handover = {"aws": emulator.variables(), "outputs": asdict(OUTPUTS)}
    (tmp_path / "handover.json").write_text(json.dumps(handover))
    assert Handover.parse(handover).outputs == OUTPUTS

    with interrupted_while_taking_down(
        ["harness.commands.against_compose", "--", "/bin/sh", "-c", "! env | grep AWS_PROFILE"],
        tmp_path,
        PATH=f"{docker.parent}:{os.environ['PATH']}",
        CHROMIUM="/bin/true",
        AWS_PROFILE="enterprise",  # which the command is not told of
    ) as process:
        _, complaints = process.communicate(timeout=60)

    assert (tmp_path / "taken-down").exists()
    assert (process.returncode, complaints) == (0, "")


def test_terraform_destroy_is_not_interrupted(tmp_path: Path) -> None:
    terraform = program(tmp_path / "a-terraform", TERRAFORM)

    with (
        http_server(CERTIFICATES) as endpoint,
        interrupted_while_taking_down(
            ["harness.commands.provision", "--emulator", "external"],
            tmp_path,
            AWS_ENDPOINT_URL=endpoint,
            TERRAFORM=str(terraform),
        ) as process,
    ):
        _, complaints = process.communicate(timeout=60)

    assert (tmp_path / "taken-down").exists()
    assert "out of dilithium" in complaints
    assert process.returncode == 1
