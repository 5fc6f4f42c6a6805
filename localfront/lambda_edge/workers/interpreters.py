"""Find interpreters for functions' runtimes.

`python3.12` runs with an interpreter of that version if one is on PATH, else with localfront's own;
`nodejs22.x` with a `node` (or `node22`) of that version, else with any that is new enough. A
different version is logged once.
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
_PATIENCE = 10  # seconds for an interpreter to print its version


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """An interpreter.

    `version` is "3.12" or "22"; `prefix` is a Python's installation, `libraries` are the shared
    libraries of a Node.js, `flags` its supported options.
    """

    program: str
    version: str
    is_node: bool = False
    prefix: str = ""
    libraries: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()

    @property
    def is_own(self) -> bool:
        """Whether it is localfront's own interpreter."""
        return self.program == sys.executable


OWN_PYTHON = Interpreter(
    program=sys.executable,
    version="{}.{}".format(*sys.version_info),
    prefix=sys.base_prefix,
)


def find_interpreter(runtime: str, path: str | None = None) -> Interpreter:
    """The interpreter for a runtime such as "python3.12", looked for on `path` (else PATH).

    Blocks. Raises ConfigError if there is none suitable.
    """
    match = _RUNTIME.fullmatch(runtime)
    if match is None:
        raise ConfigError(f"There is no interpreter for the runtime {runtime!r}.")
    language, version = match.groups()
    find = _python if language == "python" else _node
    found = find(runtime, version, os.environ.get("PATH") if path is None else path)
    if found.version != version:
        LOG.warning(
            "functions with the runtime %s run on version %s (%s), because PATH has no other",
            runtime,
            found.version,
            found.program,
        )
    return found


def _python(_runtime: str, version: str, path: str | None) -> Interpreter:
    if version != OWN_PYTHON.version and (program := shutil.which(f"python{version}", path=path)):
        script = (
            "import sys; print('{}.{}'.format(*sys.version_info), sys.executable, "
            "sys.base_prefix, sep='\\n')"
        )
        # A version manager's shim may exist without the version. Its target is run, as the shim
        # itself would look for settings in the function's folder.
        output = _output(program, "-I", "-S", "-c", script).splitlines()
        if output[:1] == [version]:
            real, prefix = [*output[1:], program, ""][:2]
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
            if found := re.match(r"v(\d+)\.", lines[0] if lines else ""):
                yield Interpreter(
                    # As above: a shim's target.
                    program=lines[1] if lines[1:] else program,
                    version=found[1],
                    is_node=True,
                    libraries=tuple(lines[3:]),
                    flags=frozenset(lines[2].split() if lines[2:] else ()),
                )


def _output(program: str, *arguments: str) -> str:
    """A program's output; empty if it fails."""
    try:
        return _cached_output(Path(program).stat().st_mtime_ns, program, *arguments)
    except (OSError, subprocess.SubprocessError):
        return ""


@lru_cache(maxsize=64)  # tests create many pools; failures are not cached
def _cached_output(_changed: int, *command: str) -> str:
    done = subprocess.run(  # noqa: S603 - found on PATH by its name
        command, capture_output=True, text=True, timeout=_PATIENCE, check=True
    )
    return done.stdout.strip()
