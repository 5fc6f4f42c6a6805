"""Ctrl-C ends a fuzzing run with the table of what was tried."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.checkout import ROOT


@pytest.mark.parametrize("part", ["configuration", "soak"])
def test_an_interrupted_run_reports_what_it_tried(part: str, tmp_path: Path) -> None:
    code = (
        "import sys; from fuzz import __main__ as fuzz, in_process; "
        "fuzz.REPORTS_EVERY = 0.1; in_process.BATCH = 8; "  # it is finished before the run ends
        "sys.exit(fuzz.main(sys.argv[1:]))"
    )
    options = ["--only", part, "--minutes", "5", "--output", str(tmp_path)]
    with subprocess.Popen(
        [sys.executable, "-c", code, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "inputs, 0 faults" in line and f"{part}: 0 inputs" not in line:
                break
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=120)

    assert process.returncode == 130
    assert "inputs in all" in output
