"""The options of `nox -s bench`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.cases import CASES, QUICK, THOROUGH, Effort
from bench.report import FUNCTIONS, OTHER_CASES
from harness.checkout import BUILD
from harness.commands.command_line import positive

OTHERS = (*FUNCTIONS, *OTHER_CASES, "peers")
GROWTH = "growth"
NAMES = (*CASES, *OTHERS, GROWTH)
DESCRIPTION = """\
Compare localfront with the bare HTTP server that it is built on. Figures are medians of several
rounds, in each of which both took their turns; ratios are taken within a round. The machine should
have nothing else to do; where it has, ratios and CPU times stay of use, and the rest does not.
What can't be measured is told in its row, and the rest goes on.
"""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="nox -s bench --", description=DESCRIPTION, allow_abbrev=False
    )
    made.add_argument(
        "--quick",
        action="store_true",
        help="one minute instead of ten, with less to rely on; 20,000 hits for the memory and "
        "not a million",
    )
    made.add_argument(
        "--rounds",
        type=positive,
        metavar="N",
        help="how many; default: 9, or 3 with --quick",
    )
    made.add_argument(
        "--growth",
        action="store_true",
        help="measure too how requests fare with 10 to 1,000 behaviors, 1 to 10,000 objects, and 1 "
        "to 512 connections; three minutes more",
    )
    made.add_argument(
        "--only",
        action="append",
        choices=NAMES,
        metavar="CASE",
        help=f"measure this alone; may be given again; one of: {', '.join(NAMES)}",
    )
    made.add_argument(
        "--output",
        type=Path,
        default=BUILD / "bench.json",
        metavar="FILE",
        help="where the figures go; default: build/bench.json",
    )
    made.add_argument(
        "--candidates",
        action="store_true",
        help="compare HTTP servers and clients that localfront could be built on, instead",
    )
    made.add_argument(
        "--localemu",
        action="store_true",
        help="measure LocalEmu too, from an environment of 400 MB of its own; needs Python 3.12",
    )
    made.add_argument(
        "--node-peers",
        action="store_true",
        help="measure cdk-local and serverless-offline-edge-lambda too, from 600 MB of npm's "
        "packages; needs Node.js 20",
    )
    return made


def wanted(options: argparse.Namespace) -> Sequence[str]:
    only: Sequence[str] | None = options.only
    if only:
        return only
    return NAMES if options.growth else NAMES[:-1]


def effort(options: argparse.Namespace) -> Effort:
    usual = QUICK if options.quick else THOROUGH
    return replace(usual, rounds=options.rounds) if options.rounds else usual
