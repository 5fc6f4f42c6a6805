"""Nothing of Terraform outlives the tests that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.checkout import ROOT
from tests.harness.terraform_of_tests import ending_with_the_tests

# Stands for pytest, which starts a promotion, which starts Terraform in a session of its own.
TESTS = """
import subprocess, sys
from pathlib import Path
from tests.harness.terraform_of_tests import ending_with_the_tests

folder = Path(sys.argv[1])
with ending_with_the_tests(folder / "real", folder) as terraform:
    subprocess.run([sys.executable, "-c", "import subprocess, sys\\n"
        "subprocess.Popen([sys.argv[1], 'apply'], start_new_session=True).wait()", terraform])
"""
# Each of its processes has the pipe `lives` open, and says so.
TERRAFORM = """#!/bin/sh
exec 9>"$(dirname "$0")/lives"
sleep 600 &
echo "$@" >&9
wait
"""


@pytest.mark.parametrize("ends_by", [signal.SIGINT, signal.SIGKILL])
def test_terraform_and_its_processes_end_with_the_tests(
    ends_by: signal.Signals, tmp_path: Path
) -> None:
    real = tmp_path / "real"
    real.write_text(TERRAFORM)
    real.chmod(0o755)
    os.mkfifo(tmp_path / "lives")
    with subprocess.Popen([sys.executable, "-c", TESTS, tmp_path], cwd=ROOT) as tests:
        lives = os.open(tmp_path / "lives", os.O_RDONLY)  # once Terraform has it open
        written = os.read(lives, 100)
        tests.send_signal(ends_by)

    assert written == b"apply\n"
    assert os.read(lives, 100) == b""  # nobody can write to it any more
    os.close(lives)


def test_otherwise_it_behaves_like_terraform(tmp_path: Path) -> None:
    with ending_with_the_tests(Path("/bin/echo"), tmp_path) as terraform:
        done = subprocess.run(
            [terraform, "apply", "-input=false"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert (done.returncode, done.stdout) == (0, "apply -input=false\n")
