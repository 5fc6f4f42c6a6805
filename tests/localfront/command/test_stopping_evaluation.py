"""The command is stopped or killed while Terraform evaluates a folder."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.localfront.real_workers import is_running
from tests.localfront.warm_start.command import localfront

REPOSITORY = Path(__file__).parents[3]
PATIENCE = 60  # seconds, before a test that hangs fails
# It never returns, nor does the provider that it started in a separate process.
TERRAFORM = """\
#!/bin/sh
sleep 600 &
echo $! > "$HOME/provider"
echo $$ > "$HOME/terraform"
wait
"""
SITE = 'resource "aws_cloudfront_distribution" "site" {}\n'


def wait_for_pid(file: Path, process: subprocess.Popen[str]) -> int:
    deadline = time.monotonic() + PATIENCE
    while not (file.exists() and file.read_text().strip()):
        assert process.poll() is None, process.communicate(timeout=PATIENCE)
        assert time.monotonic() < deadline, f"nothing wrote {file.name}"
        time.sleep(0.01)
    return int(file.read_text())


def end(*files: Path) -> None:
    """Clean up what a failed test would leave."""
    for file in files:
        with suppress(ProcessLookupError, ValueError, FileNotFoundError):
            os.kill(int(file.read_text()), signal.SIGKILL)


def wait_for_end(*pids: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while left := [pid for pid in pids if is_running(pid)]:
        assert time.monotonic() < deadline, f"{left} go on"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, -9)]
)
def test_stopping_terminates_a_running_evaluation(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    project, tools = tmp_path / "project", tmp_path / "bin"
    for folder in (project / ".terraform" / "providers", tools):
        folder.mkdir(parents=True)
    (project / "main.tf").write_text(SITE)
    (tools / "terraform").write_text(TERRAFORM)
    (tools / "terraform").chmod(0o755)
    process = subprocess.Popen(
        localfront("serve", project, "--http-port", "0"),
        cwd=REPOSITORY,
        env={"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        try:
            terraform = wait_for_pid(tmp_path / "terraform", process)
            provider = wait_for_pid(tmp_path / "provider", process)
            process.send_signal(number)
            output, _ = process.communicate(timeout=PATIENCE)
            wait_for_end(terraform, provider)
        finally:
            process.kill()
            end(tmp_path / "provider", tmp_path / "terraform")

    assert process.returncode == code
    assert "Traceback" not in output
