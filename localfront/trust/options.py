"""The options of `localfront trust`."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

STORES = ("browsers", "system")
DESCRIPTION = """\
Make this machine's browsers trust localfront's HTTPS, or undo that.

The certificate authority is yours alone. It can only sign for localhost, names below .localhost and
loopback addresses; clients refuse anything else signed with its key, so anybody who steals the key
cannot impersonate google.com. It is valid for two years, its certificates for weeks.
"""
EPILOG = """\
  localfront trust                      the authority for localhost, in all stores that are found
  localfront trust --name example.com   another one, for example.com and all names below it
  localfront trust --print              only show the commands
  localfront trust --remove             remove all of localfront's authorities

The stores are those of Chromium and Firefox (with certutil of NSS), and the system's: on Linux that
takes root, so its commands are shown for you to run; macOS asks for your password. Restart a browser
that is open. Programs with a store of their own take the file that `localfront trust` names:

  curl --cacert FILE        NODE_EXTRA_CA_CERTS=FILE node ...        SSL_CERT_FILE=FILE python3 ...
"""


def add_parser(commands: argparse._SubParsersAction[Any], ca_dir: Path) -> None:
    parser = commands.add_parser(
        "trust",
        help="make this machine's browsers trust localfront's HTTPS, or undo that",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--name",
        type=_name,
        metavar="NAME",
        help="an authority for this name and all names below it, created if necessary; default: "
        "the "
        "one for localhost",
    )
    add(
        "--certificate",
        type=Path,
        metavar="FILE",
        help="trust this localfront authority instead, such as the containers' one; it must "
        "be constrained as well",
    )
    add(
        "--remove",
        action="store_true",
        help="remove all of localfront's authorities from the stores, or, with --name, only "
        "those for "
        "the name, and delete its key",
    )
    add(
        "--store",
        choices=STORES,
        action="append",
        help="only this kind of store; may be repeated; default: both",
    )
    add("--print", action="store_true", help="only show the commands")
    add(
        "--ca-dir",
        type=Path,
        default=ca_dir,
        metavar="DIR",
        help="directory of the authorities; default: %(default)s",
    )


def _name(text: str) -> str:
    from localfront.config.aliases import LABEL, MAX_LENGTH
    from localfront.trust.authority import LOCALHOST  # imports cryptography

    name = text.lower().removeprefix("*.")
    if name == LOCALHOST or name.endswith(f".{LOCALHOST}"):
        raise argparse.ArgumentTypeError(
            f"{text!r} is below localhost: `localfront trust` alone covers it"
        )
    last = name.rpartition(".")[2]
    if (
        not re.fullmatch(rf"{LABEL}(?:\.{LABEL})+", name)
        or len(name) > MAX_LENGTH
        or last.isdigit()
    ):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a domain name of two labels or more, such as example.com"
        )
    return name
