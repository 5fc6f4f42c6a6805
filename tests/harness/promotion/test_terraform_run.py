"""Terraform is allowed to finish: Ctrl-C interrupts it once, and it survives our death."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.checkout import ROOT
from harness.errors import ProvisioningError
from harness.progress import Progress
from harness.promotion.terraform_run import TerraformRun

SOON = 30  # seconds
# Finishes what it has begun when it is asked to end, as Terraform does.
SLOW = """
import pathlib, signal, sys, time
def finish(*_):
    time.sleep(0.3)
    print("state written", flush=True)
    sys.exit(1)
signal.signal(signal.SIGINT, finish)
print("begun", flush=True)
for _ in range(600):
    if pathlib.Path("go").exists():
        print("state written", flush=True)
        sys.exit(0)
    time.sleep(0.05)
"""
OURS = """
import sys
from pathlib import Path
from harness.processes import signals
from harness.progress import Progress
from harness.promotion.terraform_run import TerraformRun
folder = Path(sys.argv[1])
run = TerraformRun(program=[sys.executable, folder / "slow.py"], directory=folder,
                   environment={}, log=folder / "log", progress=Progress())
with signals.raised_as_interrupt():
    run.require("apply")
"""


def start(folder: Path) -> "subprocess.Popen[str]":
    (folder / "slow.py").write_text(SLOW)
    process = subprocess.Popen(
        [sys.executable, "-c", OURS, folder], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    wait_for(folder / "log", "begun")
    return process


def wait_for(log: Path, text: str) -> None:
    deadline = time.monotonic() + SOON
    while not log.exists() or text not in log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_ctrl_c_lets_terraform_write_its_state(tmp_path: Path) -> None:
    with start(tmp_path) as process:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=SOON)

    assert "state written" in (tmp_path / "log").read_text()
    assert "KeyboardInterrupt" in errors


def test_terraform_continues_if_our_process_dies(tmp_path: Path) -> None:
    with start(tmp_path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=SOON)

    assert "state written" not in (tmp_path / "log").read_text()
    (tmp_path / "go").touch()
    wait_for(tmp_path / "log", "state written")


@pytest.fixture
def failing(tmp_path: Path) -> TerraformRun:
    program = tmp_path / "terraform"
    program.write_text("print('much'); print('Error: no such zone'); raise SystemExit(1)")
    return TerraformRun(
        program=[sys.executable, program],
        directory=tmp_path,
        environment={},
        log=tmp_path / "log",
        progress=Progress(),
        verbose=True,
    )


def test_an_error_quotes_terraforms_last_lines_and_names_the_log(failing: TerraformRun) -> None:
    with pytest.raises(ProvisioningError, match="no such zone") as error:
        failing.require("plan", "-out=x")

    assert "much" not in str(error.value)
    assert str(failing.log) in str(error.value)


def test_every_command_is_printed_including_read_only_ones(
    failing: TerraformRun, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ProvisioningError):
        failing.require("plan", "-out=x")
    with pytest.raises(ProvisioningError):
        failing.output("state", "list")

    output = capsys.readouterr().out
    assert "$ terraform plan -out=x" in output
    assert "$ terraform state list" in output
