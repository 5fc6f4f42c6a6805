"""`./nox -s check`: everything that needs no Docker, several parts at a time.

    python -m harness.commands.check --nox PYTHON [--changed | --quick] [--at-once N] PART ...

PARTs are nox sessions. Their output is in build/check/PART.log. `--quick` is `./nox` alone.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from harness import figures_file
from harness.checkout import BUILD, ROOT
from harness.commands import command_line
from harness.gate.changed import changed_files, reached_by
from harness.gate.display import Display
from harness.gate.parts import Part, options_of
from harness.gate.report import PartResult, longest_way, slowest, table
from harness.gate.side_by_side import SideBySide
from harness.processes.children import Children
from harness.processes.signals import giving_back, taken
from harness.progress import print_line

FOLDER = BUILD / "check"
# The page is compared with what the two suites have proved.
AFTER = {"conformance": ("edge", "localfront")}
# Longest first, the rest in order beside the last of them: a core has nothing to do at the end only
# while one short part is left.
LONGEST = ("localfront", "unit", "integration", "terraform", "e2e", "types")
# Alone they have four workers and two. In a whole run other parts use the cores while these wait, and
# each worker would collect all tests.
FEWER_WORKERS = {"localfront": ("-n", "2"), "unit": ("-n", "0")}
# Less than two minutes on two cores, with no emulator, browser, Terraform or network.
QUICK = ("lint", "types", "edge", "unit")
FAST_TESTS = (
    "tests/lambdas",
    *(
        f"tests/localfront/{package}"
        for package in (
            *("access", "aws", "cache", "config", "error_pages", "exchange", "flow"),
            *("http_messages", "lambda_origins", "logs", "origins", "responses", "routing"),
            "viewers",
        )
    ),
)


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    return command_line.run(lambda: giving_back(lambda ending: check(options, ending)))


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./nox -s check --", allow_abbrev=False)
    parser.add_argument("--nox", required=True, type=Path, help=argparse.SUPPRESS)
    less = parser.add_mutually_exclusive_group()
    less.add_argument(
        "--changed",
        action="store_true",
        help="only the parts that differences from the main branch can affect",
    )
    less.add_argument("--quick", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(
        "--at-once",
        type=command_line.positive,
        # A part sometimes waits for a process to start or end; another one uses the core then.
        default=(os.cpu_count() or 1) + 1,
        metavar="N",
        help="how many parts run at the same time (default: one more than there are cores)",
    )
    parser.add_argument("parts", nargs="+", metavar="PART", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def check(options: argparse.Namespace, ending: ExitStack) -> int:
    """Run the parts. Returns 0 if nothing failed."""
    planned = planned_parts(options)
    if not planned:
        print_line("No difference from the main branch affects a test.")
        return 0
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    began, display = time.monotonic(), Display(width=shutil.get_terminal_size().columns - 1)
    running = SideBySide(
        parts=planned,
        children=taken(ending, Children()),
        folder=FOLDER,
        lanes=options.at_once,
    )
    ending.callback(display.end)
    outcomes = running.run(os.environ, display.show)
    display.end()
    print_line(f"\n{table(outcomes)}\n")
    print_line(f"The slowest tests:\n{slowest(outcomes)}\n")
    took = time.monotonic() - began
    print_line(f"Critical path: {longest_way(outcomes)}")
    print_line(f"The whole run took {took:.0f} s; {processor_time(outcomes, os.cpu_count() or 1)}")
    print_line(f"Logs: {FOLDER.relative_to(ROOT)}/")
    failed = any(outcome.failed for outcome in outcomes)
    if not failed and not options.changed and not options.quick:
        figures_file.add({"check": figures(took, outcomes)}, BUILD / "bench.json")
    return int(failed)


def processor_time(outcomes: Sequence[PartResult], cores: int) -> str:
    """The processor time of all parts, in total and per core: no order of them can take less."""
    busy = sum(outcome.busy for outcome in outcomes)
    return f"processor time {busy:.0f} s, {busy / cores:.0f} s on each of {cores} cores"


def figures(took: float, outcomes: Sequence[PartResult]) -> dict[str, Any]:
    """Durations in seconds, in total and by part, for `bench`."""
    parts = {outcome.part.name: round(outcome.seconds, 1) for outcome in outcomes}
    return {"seconds": round(took, 1), "parts": parts}


def planned_parts(options: argparse.Namespace) -> list[Part]:
    names = tuple(options.parts)
    more: Mapping[str, Sequence[str]] = FEWER_WORKERS
    if options.changed:
        reached = reached_by(changed_files(ROOT), names)
        names, more = reached.parts, reached.only
        print_line(f"The change can affect: {', '.join(names) or 'nothing'}.")
    elif options.quick:
        names, more = QUICK, {"unit": FAST_TESTS}
    parts = [part(name, more.get(name, ()), nox=options.nox) for name in names]
    order = {name: place for place, name in enumerate(LONGEST)}
    return sorted(parts, key=lambda each: order.get(each.name, len(order)))


def part(name: str, more: Sequence[str], *, nox: Path) -> Part:
    command: list[str | Path] = [nox, "-m", "nox", "--session", name, "--"]
    command += [*options_of(name, FOLDER), *more]
    return Part(name=name, command=command, after=AFTER.get(name, ()), folder=FOLDER)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
