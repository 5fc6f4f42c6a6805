"""Processor time of processes that have ended."""

import subprocess
import sys

import pytest

from harness.processes.processor_time import spent_by

WORK = "import time\nwhile time.process_time() < 0.3: pass"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {WORK!r}])"


def python(code: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", code], text=True)


@pytest.mark.parametrize("within", [None, 240.0])
def test_processor_time_includes_that_of_child_processes(within: float | None) -> None:
    with python(PARENT) as process:
        seconds = spent_by(process, within=within)

    assert seconds > 0.3
    assert process.returncode == 0


def test_a_process_reaped_elsewhere_has_its_exit_code() -> None:
    with python("raise SystemExit(3)") as process:
        process.wait(240)

        assert spent_by(process) == 0
        assert process.returncode == 3


def test_a_process_that_takes_too_long_is_reported_and_still_runs() -> None:
    with python("import time; time.sleep(600)") as process:
        with pytest.raises(subprocess.TimeoutExpired):
            spent_by(process, within=0.1)

        assert process.poll() is None
        process.kill()
