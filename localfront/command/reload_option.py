"""The option `--reload`, separate from its implementation, which `--help` does not need."""

from __future__ import annotations

import argparse


def add_reload_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reload",
        action="store_true",
        help="load pages in the browser again when they or functions change, by a script that HTML "
        "gets behind the cache; a change of files also clears the cache",
    )
