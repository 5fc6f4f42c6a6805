"""Run all parts of the gate, one after the other, and write a summary.

    python -m harness.gate --nox PYTHON [--no-skips] PART ...

PARTs are nox sessions, which use the embedded emulator. A failed part does not stop the others.
Reports, screenshots and traces are in build/gate/.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from harness import revision
from harness.checkout import ROOT
from harness.commands import command_line
from harness.errors import HarnessError
from harness.gate import record
from harness.gate.parts import FOLDER, Part, parts
from harness.gate.report import PartResult, slowest, table, write_junit, write_page
from harness.processes.children import Children
from harness.processes.signals import giving_back, taken
from harness.progress import print_line
from harness.revision import Revision

# Seconds after Ctrl-C: `terraform destroy` takes a minute, and so may `docker compose down`.
TAKEN_DOWN_WITHIN = 180


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Run the checks that a pull request must pass.")
    parser.add_argument("--nox", type=Path, required=True, help="nox's Python")
    parser.add_argument(
        "--no-skips",
        action="store_true",
        help="fail if a part cannot run, for machines with all requirements",
    )
    parser.add_argument("sessions", nargs="+", metavar="PART")
    options = parser.parse_args(arguments)
    planned = parts(options.sessions, nox=options.nox, python=Path(sys.executable))
    return command_line.run(lambda: run(planned, os.environ, no_skips=options.no_skips))


def run(planned: Sequence[Part], environ: Mapping[str, str], *, no_skips: bool = False) -> int:
    """Run the gate. Returns 0 if nothing failed; skipped parts are listed with reasons."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    began, before = datetime.now(UTC), at_commit()
    outcomes = giving_back(
        lambda ending: list(outcomes_of(planned, environ, taken(ending, Children())))
    )
    write_junit(outcomes, FOLDER)
    write_page(outcomes, FOLDER)
    if before is not None and (after := at_commit()) is not None:
        record.write(record.made(before, after, outcomes, began), FOLDER)
    print_line(f"\n{table(outcomes)}\n")
    print_line(f"The slowest tests:\n{slowest(outcomes)}\n")
    print_line(f"Full report: {(FOLDER / 'index.html').relative_to(ROOT)}")
    skipped = [outcome.part.name for outcome in outcomes if outcome.code is None]
    if skipped and no_skips:
        print_line(f"Skipped, and --no-skips forbids that: {', '.join(skipped)}.")
        return 1
    return int(any(outcome.failed for outcome in outcomes))


def at_commit() -> Revision | None:
    """The revision; None outside of a checkout, where nothing can be released."""
    try:
        return revision.read()
    except HarnessError:
        return None


def outcomes_of(
    planned: Sequence[Part], environ: Mapping[str, str], children: Children
) -> Iterator[PartResult]:
    for part in planned:
        print_line(f"\n=== {part.name}")
        began = time.monotonic()
        try:
            part.require(environ)
        except HarnessError as reason:
            print_line(f"skipped: {reason}")
            yield PartResult(part=part, code=None, seconds=0, reason=str(reason))
            continue
        code = children.show(
            part.command,
            env=part.environment(environ),
            cwd=ROOT,
            grace=TAKEN_DOWN_WITHIN,
        )
        yield PartResult(part=part, code=code, seconds=time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
