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
rounds; both servers take turns within each round, and ratios are computed per round. Run it on an
idle machine; on a busy one, only ratios and CPU times are meaningful. A case that can't be measured
is reported in its row, and the others continue.
"""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="nox -s bench --", description=DESCRIPTION, allow_abbrev=False
    )
    made.add_argument(
        "--quick",
        action="store_true",
        help="take one minute instead of ten, with less reliable figures; measure memory over "
        "20,000 hits instead of a million",
    )
    made.add_argument(
        "--rounds",
        type=positive,
        metavar="N",
        help="the number of rounds; default: 9, or 3 with --quick",
    )
    made.add_argument(
        "--growth",
        action="store_true",
        help="also measure requests with 10 to 1,000 behaviors, 1 to 10,000 objects, and 1 to 512 "
        "connections; takes three more minutes",
    )
    made.add_argument(
        "--only",
        action="append",
        choices=NAMES,
        metavar="CASE",
        help=f"measure only this case; can be repeated; one of: {', '.join(NAMES)}",
    )
    made.add_argument(
        "--output",
        type=Path,
        default=BUILD / "bench.json",
        metavar="FILE",
        help="the file for the figures; default: build/bench.json",
    )
    made.add_argument(
        "--candidates",
        action="store_true",
        help="instead, compare HTTP servers and clients that localfront could be built on",
    )
    made.add_argument(
        "--localemu",
        nargs="?",
        const="",
        metavar="PYTHON",
        help="also measure LocalEmu, from its own environment of 400 MB; needs Python 3.12 or 3.13, "
        "on PATH, in pyenv, or named here",
    )
    made.add_argument(
        "--node-peers",
        action="store_true",
        help="also measure cdk-local and serverless-offline-edge-lambda, from 600 MB of npm's "
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
