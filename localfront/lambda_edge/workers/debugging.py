"""Debugging options: which functions, and on which ports.

Python functions are debugged with debugpy, Node.js ones with Node's own inspector. A debugged
function has one worker without time and memory limits, as stepping takes longer than Lambda allows.
"""

from __future__ import annotations

import importlib.util
import re
import socket
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from localfront.errors import ConfigError

LOOPBACK = "127.0.0.1"
PYTHON_PORT, NODE_PORT = 5678, 9229  # the debuggers' default ports
_FORM = re.compile(r"(?P<name>[A-Za-z0-9_-]{1,64})(?::(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Debugging:
    """Debugging of one function.

    `port` is the debugger's, None for the default, 0 for any that is free; with `waits` the worker
    waits for a client. With a `terminal` (a device), `breakpoint()` opens pdb there instead.
    """

    port: int | None = None
    waits: bool = False
    terminal: str = ""

    def port_for(self, runtime: str) -> int:
        if self.port is not None:
            return self.port
        return NODE_PORT if runtime.startswith("nodejs") else PYTHON_PORT


Debugged = Mapping[str, Debugging]  # by the function's name


def parse_debugged(options: Sequence[str], *, waits: bool) -> Debugged:
    """Parse `NAME` or `NAME:PORT` for each function. Raises ConfigError."""
    debugged: dict[str, Debugging] = {}
    for text in options:
        match = _FORM.fullmatch(text)
        port = int(match["port"]) if match and match["port"] else None
        if match is None or (port or 0) > 65535:
            raise ConfigError(f"--debug {text!r}: write FUNCTION or FUNCTION:PORT.")
        debugged[match["name"]] = Debugging(port=port, waits=waits)
    if waits and not debugged:
        raise ConfigError("--debug-wait needs a function to debug: add --debug FUNCTION.")
    return debugged


def at_terminal(name: str, code: Path, terminal: str) -> Debugged:
    """Debugging at the terminal, for a Python function with a `breakpoint()`."""
    if not terminal or not any(b"breakpoint()" in f.read_bytes() for f in code.glob("**/*.py")):
        return {}
    return {name: Debugging(terminal=terminal)}


def check_names(debugged: Debugged, arns: Collection[str]) -> None:
    """Raise ConfigError for a name that matches none of the ARNs."""
    there = {arn.split(":")[6] for arn in arns if arn.count(":") > 5}
    for name in debugged:
        if name not in there:
            names = ", ".join(sorted(there)) or "none"
            raise ConfigError(
                f"--debug {name}: there is no such Lambda function. Known names: {names}. "
                "CloudFront Functions can't be debugged."
            )


def find_debugpy() -> Path:
    """debugpy's folder. Raises ConfigError if it is not installed."""
    found = importlib.util.find_spec("debugpy")
    if found is None or not found.submodule_search_locations:
        raise ConfigError(
            "To debug a function in Python, install debugpy beside localfront: `pip install "
            "debugpy`, or with uv `uv tool install --force --with debugpy dist/localfront-*.whl`."
        )
    return Path(found.submodule_search_locations[0])


def check_port(port: int) -> None:
    """Raise ConfigError if another program uses the port."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((LOOPBACK, port))
        except OSError as error:
            raise ConfigError(
                f"Port {port} can't be used for a debugger ({error.strerror}): choose another with "
                "--debug FUNCTION:PORT."
            ) from error
