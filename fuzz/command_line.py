"""The options of `nox -s fuzz`."""

from __future__ import annotations

import argparse
from pathlib import Path

from harness.checkout import BUILD
from harness.commands.command_line import positive

PARTS = ("soak", "socket", "functions", "configuration", "header fields")
DESCRIPTION = """\
Try generated input on localfront, for some minutes: raw HTTP at the socket, broken configurations,
results of functions, header fields; and a soak: marked requests while origins misbehave, code and
configuration change each second, and workers are killed. Each input that fails is kept in a file.
"""


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nox -s fuzz --", description=DESCRIPTION, allow_abbrev=False
    )
    add = parser.add_argument
    add(
        "--minutes",
        type=_positive,
        default=10,
        metavar="N",
        help="for all parts; default: 10",
    )
    add(
        "--inputs",
        type=positive,
        metavar="N",
        help="try this many inputs of each part, regardless of the time, instead of --minutes",
    )
    add(
        "--only",
        action="append",
        choices=PARTS,
        metavar="PART",
        help=f"only this part; may be repeated; one of: {', '.join(PARTS)}",
    )
    add(
        "--seed",
        type=int,
        default=1,
        metavar="N",
        help="the same seed, the same inputs; default: 1",
    )
    add(
        "--short",
        action="store_true",
        help="a fixed number of inputs in 15 seconds, as `check` does",
    )
    add(
        "--replay",
        type=Path,
        metavar="FILE",
        help="replay only the input in this file",
    )
    add(
        "--output",
        type=Path,
        default=BUILD / "fuzz",
        metavar="DIR",
        help="the folder for failing inputs; default: build/fuzz",
    )
    return parser


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < 100_000:
        raise argparse.ArgumentTypeError("must be above 0")
    return number
