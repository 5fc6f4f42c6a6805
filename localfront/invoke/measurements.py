"""Durations of a function's runs, compared with its limits.

Source: AWS Lambda Developer Guide, "Log and monitor functions" (the line that begins with REPORT).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from localfront.lambda_edge.function import EdgeFunction
from localfront.lambda_edge.workers.pool import INIT_TIMEOUT

_DURATION = re.compile(r"\tDuration: ([\d.]+) ms")
_MEMORY = re.compile(r"\tMax Memory Used: (\d+) MB")
_INIT = re.compile(r"\tInit Duration: ([\d.]+) ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationReport:
    """Times in ms. `init` is None for a warm worker, `memory` if unknown."""

    duration: float
    init: float | None
    memory: int | None


def parse_report(line: str) -> InvocationReport | None:
    """Read Lambda's REPORT line; None for any other."""
    duration = _DURATION.search(line)
    if not line.startswith("REPORT RequestId:") or duration is None:
        return None
    init, memory = _INIT.search(line), _MEMORY.search(line)
    return InvocationReport(
        duration=float(duration[1]),
        init=float(init[1]) if init else None,
        memory=int(memory[1]) if memory else None,
    )


def summary(runs: Sequence[InvocationReport], function: EdgeFunction) -> list[str]:
    """Lines that compare the runs with the function's timeout and memory, and the init limit."""
    durations = [run.duration for run in runs]
    spread = (
        f"{durations[0]:.2f} ms"
        if len(runs) == 1
        else f"min {min(durations):.2f} ms, median {median(durations):.2f} ms, "
        f"max {max(durations):.2f} ms in {len(runs)} runs"
    )
    lines = [f"duration: {spread}, of {function.timeout * 1000:.0f} ms"]
    lines += [
        f"init: {run.init:.2f} ms, of {INIT_TIMEOUT * 1000:.0f} ms"
        for run in runs
        if run.init is not None
    ]
    memory = [run.memory for run in runs if run.memory is not None]
    if memory:
        lines.append(f"memory: {max(memory)} MB, of {function.memory_mb} MB")
    return lines
