"""The options of `nox -s bench`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.cases import CASES
from harness.checkout import BUILD

OTHERS = ("viewer_request", "inspector_cost", "live_reload", "memory", "start", "peers")
NAMES = (*CASES, *OTHERS)
DESCRIPTION = """\
Measure localfront beside the bare HTTP server that it is built on. Figures are medians of several
rounds, in each of which both took their turns; ratios are taken within a round. The machine should
have nothing else to do; where it has, ratios and CPU times stay of use, and the rest does not.
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
    return made


def wanted(options: argparse.Namespace) -> Sequence[str]:
    return options.only or NAMES
