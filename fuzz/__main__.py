"""`nox -s fuzz`: try the parts one after the other, print counts by kind, and keep what failed."""

from __future__ import annotations

import argparse
import shutil
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from fuzz.budget import Budget
from fuzz.command_line import PARTS, parser
from fuzz.configurations import Configurations
from fuzz.findings import Finding, FindingError, Findings
from fuzz.function_results import kinds as function_kinds
from fuzz.header_fields import HeaderFields
from fuzz.in_process_service import InProcessService
from fuzz.part import Part
from fuzz.requests import KINDS
from fuzz.running_serve import target
from fuzz.soak.part import Soak
from fuzz.sockets import Sockets
from harness import command_line
from harness.progress import Progress, print_line
from harness.run_directory import run_directory

# Of the minutes, and of a short run: inputs, and the seconds that it may take on a slow machine.
SHARES = {
    "soak": 0.25,
    "socket": 0.3,
    "functions": 0.15,
    "configuration": 0.2,
    "header fields": 0.1,
}
SHORT = {
    "soak": (400, 2.5),
    "socket": (1500, 2.5),
    "functions": (250, 1.5),
    "configuration": (60, 2.0),
    "header fields": (250, 1.5),
}


@contextmanager
def opened(name: str, folder: Path) -> Iterator[Part]:
    """A part with all that it runs against."""
    match name:
        case "soak":
            yield Soak(folder)
        case "socket" | "functions":
            made = KINDS if name == "socket" else function_kinds()
            with target(folder) as running:
                yield Sockets(name, made, running)
        case "configuration" | "header fields":
            with InProcessService() as service:
                yield (
                    Configurations(service)
                    if name == "configuration"
                    else HeaderFields(service, folder)
                )
        case _:
            raise FindingError(f"There is no part {name!r} of the fuzzing.")


def run(options: argparse.Namespace) -> int:
    """0 when nothing failed."""
    warnings.simplefilter(
        "ignore"
    )  # Hypothesis on large documents; what matters is counted
    with run_directory("fuzz") as folder:
        if options.replay is not None:
            return replay(Finding.read(options.replay), folder)
        shutil.rmtree(options.output, ignore_errors=True)
        findings = Findings(options.output)
        progress = Progress()
        for name, budget in budgets(options).items():
            place = folder / name.replace(" ", "-")
            with progress.step(name), opened(name, place) as part:
                part.run(budget(), findings, seed=options.seed)
    print_line(f"\nseed {options.seed}\n{findings.table()}")
    return int(bool(findings.known))


def budgets(options: argparse.Namespace) -> Mapping[str, _Budgets]:
    names: Sequence[str] = options.only or PARTS
    if options.short:
        return {name: _Budgets(*SHORT[name]) for name in names}
    if options.inputs is not None:
        return {name: _Budgets(options.inputs, None) for name in names}
    whole = sum(SHARES[name] for name in names)
    return {
        name: _Budgets(None, options.minutes * 60 * SHARES[name] / whole)
        for name in names
    }


class _Budgets:
    """A budget begins when its part does."""

    def __init__(self, inputs: int | None, seconds: float | None) -> None:
        self._inputs = inputs
        self._seconds = seconds

    def __call__(self) -> Budget:
        return Budget(inputs=self._inputs, seconds=self._seconds)


def replay(finding: Finding, folder: Path) -> int:
    with opened(finding.part, folder / "replayed") as part:
        problem = part.replay(finding.input)
    if problem is None:
        print_line("nothing failed")
        return 0
    print_line(f"FAILED: {finding.part}: {problem.signature}\n    {problem.told}")
    return 1


def main(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    return command_line.run(lambda: run(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
