"""The inspector's command-line options."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Given:
    """An effective option of localfront, without dashes; `source` is where its value came from."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectorOptions:
    """The inspector's options. Port 0 takes a free one.

    `given` are all effective options, for display. With `bodies`, bodies in events and results are
    recorded.

    It has its own address: the site may be open to other machines, while the inspector stays local.
    """

    port: int = 0
    address: str = LOOPBACK
    bodies: bool = False
    given: tuple[Given, ...] = ()


def add_inspector_options(parser: argparse.ArgumentParser, port: Callable[[str], int]) -> None:
    add = parser.add_argument
    add(
        "--inspector-port",
        type=port,
        default=0,
        metavar="PORT",
        help="the inspector's port; default: a free port, printed at the start",
    )
    add(
        "--inspector-address",
        default=LOOPBACK,
        metavar="IP",
        help="address for the inspector to listen on, independent of --address; any but loopback "
        "is meant for containers "
        "whose ports are published on loopback; default: %(default)s",
    )
    add(
        "--no-inspector",
        action="store_true",
        help="turn off the inspector, the page that shows each request's path through CloudFront",
    )
    add(
        "--inspect-bodies",
        action="store_true",
        help="keep the bodies that functions receive and return for the inspector",
    )


def inspector_options(options: argparse.Namespace) -> InspectorOptions | None:
    """Read the inspector's options; None if it is switched off."""
    if options.no_inspector:
        return None
    return InspectorOptions(
        port=options.inspector_port,
        address=options.inspector_address,
        bodies=options.inspect_bodies,
        given=options.given,
    )
