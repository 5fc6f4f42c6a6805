"""A run that is terminated during its start."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from harness.checkout import ROOT, STACKS
from tests.integration.families import descendants, processes

PROVIDER = "terraform-provider-aws"
SOON = 120  # seconds: providers start slowly on a busy machine


@pytest.fixture
def run() -> Iterator["subprocess.Popen[str]"]:
    """A `./nox -s provision` that has just started Terraform."""
    with provision(os.environ) as process:
        yield process
        process.kill()  # does nothing if it ended, as it should


def provision(environ: Mapping[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "harness.commands.provision", "--fresh"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_terminated_run_leaves_no_process_and_no_file(
    run: "subprocess.Popen[str]",
) -> None:
    deadline = time.monotonic() + SOON
    family: dict[int, str] = {}
    while not any(PROVIDER in command for command in family.values()):
        assert time.monotonic() < deadline, family
        family |= descendants(run.pid)

    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=SOON)

    survivors = family.keys() & processes().keys()
    assert run.returncode == 128 + signal.SIGINT
    assert any("ministack" in command for command in family.values())
    assert not {number: family[number] for number in survivors}
    assert not list(STACKS.glob(f"*-{run.pid}"))


def test_a_missing_provider_is_a_one_line_error_and_leaves_no_file(tmp_path: Path) -> None:
    nothing = tmp_path / "terraform.rc"
    nothing.write_text(f'provider_installation {{ filesystem_mirror {{ path = "{tmp_path}" }} }}')

    with provision({**os.environ, "TF_CLI_CONFIG_FILE": str(nothing)}) as run:
        _, output = run.communicate(timeout=SOON)

    assert run.returncode == 1
    assert output.startswith("error: Terraform cannot get the AWS provider")
    assert output.count("\n") == 1
    assert not list(STACKS.glob(f"*-{run.pid}"))
