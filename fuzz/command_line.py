"""The options of `nox -s fuzz`."""

from __future__ import annotations

import argparse
from pathlib import Path

from harness.checkout import BUILD
from harness.commands.command_line import positive

PARTS = ("soak", "socket", "functions", "configuration", "header fields")
DESCRIPTION = """\
Try made-up input on localfront, for some minutes: raw HTTP at the socket, broken configurations,
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
        help="try so many inputs of each part, however long that takes, instead of --minutes",
    )
    add(
        "--only",
        action="append",
        choices=PARTS,
        metavar="PART",
        help=f"this part alone; may be given again; one of: {', '.join(PARTS)}",
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
        help="try the input of this file once more, and no other",
    )
    add(
        "--output",
        type=Path,
        default=BUILD / "fuzz",
        metavar="DIR",
        help="where inputs that failed are kept; default: build/fuzz",
    )
    return parser


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < 100_000:
        raise argparse.ArgumentTypeError("has to be above 0")
    return number
