"""localfront as a child process."""

import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from harness.checkout import ROOT
from harness.processes.children import Children
from harness.processes.ports import LOOPBACK
from localfront.inspector.whereabouts import NoInspectorError, whereabouts
from localfront.trust.files import CERTIFICATE
from localfront.user_cache import user_cache

READY = "localfront ready"
READY_WITHIN = 60  # seconds
PORT = re.compile(r"(https?)://localhost:([0-9]+)/")
CA_FILE = user_cache() / CERTIFICATE  # this user's, as of every localfront


@dataclass(frozen=True, slots=True, kw_only=True)
class Localfront:
    """A running localfront. `edge_directory` replaces the function's published version, if given.

    Port 0 selects a free one. `options` are further ones of `localfront serve`. `inspector_url`
    includes the key; "" before the start, or without an inspector.
    """

    http_port: int
    https_port: int
    edge_directory: Path | None = None
    address: str = LOOPBACK
    inspector_port: int = 0
    options: tuple[str, ...] = ()
    inspector_url: str = ""

    @property
    def http_url(self) -> str:
        return f"http://localhost:{self.http_port}"

    @property
    def https_url(self) -> str:
        return f"https://localhost:{self.https_port}"


def start(
    localfront: Localfront,
    children: Children,
    *,
    edge_function_name: str,
    environment: Mapping[str, str],
    log: Path,
    echo: bool,
) -> Localfront:
    """Start it and wait until it serves; return it with its actual ports.

    `environment` has AWS's address. Raises ChildEndedError, with the end of its log, if it fails.
    """
    command: list[str | Path] = [sys.executable, "-m", "localfront", "serve"]
    command += ["--address", localfront.address]
    command += ["--inspector-address", localfront.address]
    command += ["--http-port", str(localfront.http_port)]
    command += ["--https-port", str(localfront.https_port)]
    command += ["--inspector-port", str(localfront.inspector_port)]
    command += [
        "--interval",
        "0.2",
    ]  # a saved page is invalidated: no long wait to see it
    if localfront.edge_directory:
        command += ["--edge", f"{edge_function_name}={localfront.edge_directory}"]
    command += localfront.options
    server = children.serve(
        "localfront",
        command,
        env={
            **environment,
            **(as_at(sys.stdout) if echo else {}),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        },
        cwd=log.parent,  # without a localfront.toml, which is for the command line
        log=log,
        echo=echo,
    )
    line = server.wait_for_line(READY, timeout=READY_WITHIN)
    ports = dict(PORT.findall(line))
    return replace(
        localfront,
        http_port=int(ports["http"]),
        https_port=int(ports["https"]),
        inspector_url=_inspector_url(int(ports["http"])),
    )


def as_at(terminal: TextIO) -> dict[str, str]:
    """Variables for the terminal that shows localfront's output, which localfront writes to a pipe."""
    if not terminal.isatty():
        return {}
    return {"FORCE_COLOR": "1", "COLUMNS": str(shutil.get_terminal_size().columns)}


def _inspector_url(http_port: int) -> str:
    try:
        port, key = whereabouts(user_cache(), http_port)
    except NoInspectorError:
        return ""
    return f"http://localhost:{port}/#{key}"
