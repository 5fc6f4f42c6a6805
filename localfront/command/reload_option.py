"""The option `--reload`, apart from what it does: help needs none of that."""

from __future__ import annotations

import argparse


def add_reload_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reload",
        action="store_true",
        help="load pages in the browser again when they or functions change, by a script that HTML "
        "gets behind the cache; a change of files also clears the cache",
    )
