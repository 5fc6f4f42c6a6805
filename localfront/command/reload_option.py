"""The option `--reload`, separate from its implementation, which `--help` does not need."""

from __future__ import annotations

import argparse


def add_reload_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reload",
        action="store_true",
        help="reload pages in the browser when they or functions change, with a script that is "
        "added "
        "to HTML after the cache; a change to files also clears the cache",
    )
