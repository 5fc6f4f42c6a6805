"""A case that fails is reported in its row, and the others are measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.checkout import ROOT

PATIENCE = 120  # seconds


def test_measurements_are_reported_even_if_another_case_failed(tmp_path: Path) -> None:
    figures = tmp_path / "bench.json"
    only = ["--only", "live_reload", "--only", "start"]
    command = [sys.executable, "-m", "bench", "--quick", "--rounds", "1", *only]

    done = subprocess.run(
        [*command, "--output", str(figures)],
        cwd=ROOT,
        env={**os.environ, "TERRAFORM": "/no/such/terraform"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )

    assert done.returncode == 1, done.stderr
    assert "\nstart: " in done.stderr
    (row,) = [line for line in done.stdout.splitlines() if line.startswith("| `dev`")]
    assert "not measured: " in row
    assert "'/no/such/terraform'" in row
    found = json.loads(figures.read_text())
    assert found["cases"]["live_reload"]["saved_to_served_ms"] > 0
    assert "start" not in found
    assert [each.partition(":")[0] for each in found["failures"]] == ["start"]
