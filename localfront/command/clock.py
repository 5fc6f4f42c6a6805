"""`localfront clock`: show the clock of a running server, or move it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from localfront.exchange.clock_forms import FORMS


def add_parser(commands: argparse._SubParsersAction[Any], ca_dir: Path) -> None:
    parser = commands.add_parser(
        "clock",
        help="move the clock of a running localfront, and that of its functions",
        description="Move the clock of a running localfront and of its functions: freshness, "
        "Age, Date, "
        "signed URLs and cookies, and the functions' own time. Without an argument, print the "
        "clock.",
    )
    parser.add_argument("order", nargs="*", metavar="ORDER", help=FORMS)
    parser.add_argument(
        "--port", type=int, metavar="PORT", help="a port of the site, where several are served"
    )
    parser.add_argument(
        "--ca-dir", type=Path, default=ca_dir, metavar="DIR", help="the server's --ca-dir"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command: print the time, return 0. Raises LocalfrontError."""
    # Imported here, as `--help` needs neither.
    from localfront.command.inspector_client import ask
    from localfront.inspector.whereabouts import the_only_one, whereabouts

    if options.port is None:
        there = the_only_one(options.ca_dir)
    else:
        there = whereabouts(options.ca_dir, options.port)
    if options.order:
        response = ask(*there, "POST", "/api/clock", {"order": " ".join(options.order)})
    else:
        response = ask(*there, "GET", "/api/clock")
    setting = response["setting"] or "the real time"
    sys.stdout.write(f"{response['utc']}  ({setting})\n")
    return 0
