"""Defaults found at the start: the project in this folder, and free ports."""

from __future__ import annotations

import argparse
import errno
import logging
import socket
from collections.abc import Sequence
from pathlib import Path

from localfront.aws.settings import Settings
from localfront.command.init import found_in
from localfront.errors import ConfigError

LOG = logging.getLogger("localfront")
TRIED = 20  # ports tried, from the default on
MOST_NAMED = 5  # sources named in a message


def source_here(options: argparse.Namespace, settings: Settings) -> Sequence[Path]:
    """The sources named; else the only one in this folder, unless an API was chosen.

    Raises ConfigError that names them if there are several.
    """
    if options.source or options.config or settings.reaches("cloudfront"):
        return tuple(options.source)
    found = _found(Path.cwd())
    if len(found) > 1:
        commands = ", ".join(f"`localfront serve {name}`" for name in found[:MOST_NAMED])
        more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        raise ConfigError(
            f"The source of the distribution is not given. Found here: {commands}{more}. Run one "
            "of these, or `localfront init` to save the choice; or set AWS_ENDPOINT_URL or "
            "AWS_PROFILE, or give --config FILE."
        )
    for name in found:
        LOG.info("no source given: serving %s, found here", name)
    return tuple(map(Path, found))


def _found(folder: Path) -> list[str]:
    """The sources found; none in a home folder, which is not one project."""
    if folder in (Path.home(), Path(folder.anchor)):
        return []
    try:
        return list(found_in(folder))
    except OSError:
        return []


def port_for(options: argparse.Namespace, name: str) -> int:
    """The port of an option such as `http-port`; the next free one if the default is taken."""
    port = int(getattr(options, name.replace("-", "_")))
    is_default = any(g.name == name and g.source == "default" for g in options.given)
    if not is_default or not _is_taken(port, options.address):
        return port
    following = range(port + 1, port + TRIED)
    free = next((other for other in following if not _is_taken(other, options.address)), port)
    if free != port:
        LOG.info("port %d is in use: using %d instead (--%s chooses another)", port, free, name)
    return free


def _is_taken(port: int, address: str) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((address, port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False
