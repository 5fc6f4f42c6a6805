"""The programs that run functions: the interpreter of a function's runtime, or the nearest one.

`python3.12` is run by an interpreter of that version where PATH has one, else by localfront's own;
`nodejs22.x` by a `node` (or `node22`) of that version, else by any that is new enough. The log says
once when the versions differ.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from localfront.errors import ConfigError

LOG = logging.getLogger("localfront")

OLDEST_NODE = 18  # what node_bootstrap.mjs needs
_RUNTIME = re.compile(r"(python|nodejs)([\d.]+?)(?:\.x)?")
# The libraries lie beside it where conda or Homebrew has installed it; elsewhere there are none.
_TELL_NODE = """
  const maps = "/proc/self/maps";
  const mapped = fs.existsSync(maps) ? fs.readFileSync(maps, "utf8") : "";
  const libraries = new Set(mapped.match(/[/].*[.]so.*/g));
  const flags = [...process.allowedNodeEnvironmentFlags].join(" ");
  [process.version, process.execPath, flags, ...libraries].join("\\n")
"""
_PATIENCE = 10  # seconds that an interpreter may take to tell its version


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """`version` is "3.12" or "22", as runtimes count; `prefix` is where a Python is installed,
    `libraries` are those that a Node.js has loaded, `flags` the options that it knows."""

    program: str
    version: str
    is_node: bool = False
    prefix: str = ""
    libraries: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()

    @property
    def is_own(self) -> bool:
        """Whether localfront runs on it too."""
        return self.program == sys.executable


OWN_PYTHON = Interpreter(
    program=sys.executable,
    version="{}.{}".format(*sys.version_info),
    prefix=sys.base_prefix,
)


def find_interpreter(runtime: str, path: str | None = None) -> Interpreter:
    """The interpreter for a runtime such as "python3.12", looked for on `path` (else PATH).

    Blocks. Raises ConfigError when there is none that can do it.
    """
    match = _RUNTIME.fullmatch(runtime)
    if match is None:
        raise ConfigError(f"There is no interpreter for the runtime {runtime!r}.")
    language, version = match.groups()
    find = _python if language == "python" else _node
    found = find(runtime, version, os.environ.get("PATH") if path is None else path)
    if found.version != version:
        LOG.warning(
            "functions with the runtime %s run on version %s (%s): no other is on PATH",
            runtime,
            found.version,
            found.program,
        )
    return found


def _python(_runtime: str, version: str, path: str | None) -> Interpreter:
    if version != OWN_PYTHON.version and (program := shutil.which(f"python{version}", path=path)):
        tell = (
            "import sys; print('{}.{}'.format(*sys.version_info), sys.executable, "
            "sys.base_prefix, sep='\\n')"
        )
        # A shim of a version manager may be there without the version. What it leads to is run:
        # the shim itself would look for settings in the function's folder.
        told = _output(program, "-I", "-S", "-c", tell).splitlines()
        if told[:1] == [version]:
            real, prefix = [*told[1:], program, ""][:2]
            return Interpreter(program=real, version=version, prefix=prefix)
    return OWN_PYTHON


def _node(runtime: str, version: str, path: str | None) -> Interpreter:
    found = list(_nodes(version, path))
    for node in found:
        if node.version == version:
            return node
    for node in found:
        if int(node.version) >= OLDEST_NODE:
            return node
    there = f"{found[0].program} is version {found[0].version}" if found else "there is none"
    raise ConfigError(
        f"Functions with the runtime {runtime} need Node.js {max(int(version), OLDEST_NODE)} "
        f"(at least {OLDEST_NODE}) as `node` on PATH; {there}. Install it from nodejs.org or "
        "with your package manager."
    )


def _nodes(version: str, path: str | None) -> Iterator[Interpreter]:
    for name in ("node", f"node{version}", f"node-{version}", "nodejs"):
        if program := shutil.which(name, path=path):
            lines = _output(program, "-p", _TELL_NODE).splitlines()
            if told := re.match(r"v(\d+)\.", lines[0] if lines else ""):
                yield Interpreter(
                    # As above: the program that a shim leads to.
                    program=lines[1] if lines[1:] else program,
                    version=told[1],
                    is_node=True,
                    libraries=tuple(lines[3:]),
                    flags=frozenset(lines[2].split() if lines[2:] else ()),
                )


def _output(program: str, *arguments: str) -> str:
    """What a program prints, or nothing when it does not run."""
    try:
        return _told(Path(program).stat().st_mtime_ns, program, *arguments)
    except (OSError, subprocess.SubprocessError):
        return ""


@lru_cache(maxsize=64)  # a test run makes a pool for many a test; a failure is not kept
def _told(_changed: int, *command: str) -> str:
    done = subprocess.run(  # noqa: S603 - found on PATH by its name
        command, capture_output=True, text=True, timeout=_PATIENCE, check=True
    )
    return done.stdout.strip()
