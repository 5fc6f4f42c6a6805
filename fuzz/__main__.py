"""`nox -s fuzz`: run the parts in turn, print counts by kind, and keep failing inputs."""

from __future__ import annotations

import argparse
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from hypothesis.errors import HypothesisWarning

from fuzz.budget import Budget
from fuzz.command_line import PARTS, parser
from fuzz.configurations import Configurations
from fuzz.findings import Finding, FindingError, Findings
from fuzz.function_results import kinds as function_kinds
from fuzz.header_fields import HeaderFields
from fuzz.in_process_service import InProcessService
from fuzz.part import Part
from fuzz.requests import KINDS
from fuzz.running_serve import Target, target
from fuzz.soak.part import Soak
from fuzz.sockets import Sockets
from harness.commands import command_line
from harness.processes.signals import giving_back, taken
from harness.progress import Progress, print_line
from harness.stack.run_directory import run_directory

SHARES = {
    "soak": 0.25,
    "socket": 0.3,
    "functions": 0.15,
    "configuration": 0.2,
    "header fields": 0.1,
}
"""Shares of the minutes."""
SHORT = {
    "soak": (150, 2.5),
    "socket": (600, 2.5),
    "functions": (100, 1.5),
    "configuration": (50, 2.0),
    "header fields": (150, 1.5),
}
"""Inputs: on two idle cores they take about half of the seconds, which limit slow machines."""
REPORTS_EVERY = 15.0  # seconds


@contextmanager
def opened(name: str, folder: Path, running: Callable[[], Target]) -> Iterator[Part]:
    """A part with everything it runs against. Parts with no further needs share `running`."""
    match name:
        case "soak":
            yield Soak(folder)
        case "socket" | "functions":
            kinds = KINDS if name == "socket" else function_kinds()
            yield Sockets(name, kinds, running())
        case "configuration":
            with InProcessService() as service:
                yield Configurations(service, folder)
        case "header fields":
            with InProcessService() as service:
                yield HeaderFields(service, folder)
        case _:
            raise FindingError(f"There is no part {name!r} of the fuzzing.")


def run(options: argparse.Namespace) -> int:
    """The exit code: 0 if nothing failed."""
    # Hypothesis's warnings about large documents and the like; inputs are counted here.
    warnings.simplefilter("ignore", HypothesisWarning)
    return giving_back(lambda ending: _run(options, taken(ending, run_directory("fuzz"))))


def _run(options: argparse.Namespace, folder: Path) -> int:
    if options.replay is not None:
        return replay(Finding.read(options.replay), folder)
    findings = Findings(options.output)
    try:
        _try_parts(options, findings, folder)
    finally:  # also after Ctrl-C
        print_line(f"\nseed {options.seed}\n{findings.table()}")
    return int(bool(findings.by_fault))


def _try_parts(options: argparse.Namespace, findings: Findings, folder: Path) -> None:
    progress = Progress()
    with _target(folder) as running:
        for name, budget in budgets(options).items():
            place = folder / name.replace(" ", "-")
            with (
                progress.step(name),
                _reporting(progress, name, findings),
                opened(name, place, running) as part,
            ):
                budget.begin()
                part.run(budget, findings, seed=options.seed)


@contextmanager
def _target(folder: Path) -> Iterator[Callable[[], Target]]:
    """The server for socket parts, started on first use and stopped with the context."""
    with ExitStack() as stack:
        yield cache(lambda: stack.enter_context(target(folder / "served")))


@contextmanager
def _reporting(progress: Progress, name: str, findings: Findings) -> Iterator[None]:
    """Report a part's progress from time to time."""
    is_over = threading.Event()

    def report() -> None:
        while not is_over.wait(REPORTS_EVERY):
            inputs, faults = findings.of(name)
            progress.say(f"{name}: {inputs:,} inputs, {faults} faults")

    thread = threading.Thread(target=report, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def budgets(options: argparse.Namespace) -> Mapping[str, Budget]:
    """The budget of each part, in the order in which they run."""
    names: Sequence[str] = options.only or PARTS
    if options.short:
        short = {name: SHORT[name] for name in names}
        return {name: Budget(inputs=n, seconds=s) for name, (n, s) in short.items()}
    if options.inputs is not None:
        return {name: Budget(inputs=options.inputs) for name in names}
    whole = sum(SHARES[name] for name in names)
    seconds = options.minutes * 60
    return {name: Budget(seconds=seconds * SHARES[name] / whole) for name in names}


def replay(finding: Finding, folder: Path) -> int:
    with _target(folder) as running, opened(finding.part, folder / "replayed", running) as part:
        problem = part.replay(finding.input)
    if problem is None:
        print_line("nothing failed")
        return 0
    print_line(f"FAILED: {finding.part}: {problem.signature}\n    {problem.detail}")
    return 1


def main(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    return command_line.run(lambda: run(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
