"""The paths that a worker may read, and those that it may write.

A function can read its runtime and its own code; not the developer's home, nor anything else on the
machine. It can write to its temporary folder, and to /tmp, unless protected files are there.

This is enforced only on Linux (see `confinement`); the worker adds its own /proc/PID.

Source: AWS Lambda Developer Guide, "Lambda execution environment": the code is read-only, /tmp is
not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from localfront.lambda_edge.workers.code_links import code_links
from localfront.lambda_edge.workers.confinement import landlock_version
from localfront.lambda_edge.workers.interpreters import Interpreter

_TMP = Path("/tmp")  # noqa: S108 - Lambda's

# Programs, their libraries, certificates, time zones and name resolution, by distribution. What
# is not there is passed over.
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc",
    "/nix/store", "/gnu/store", "/home/linuxbrew/.linuxbrew", "/var/lib/ca-certificates",
    "/proc/cpuinfo", "/proc/filesystems", "/proc/loadavg", "/proc/meminfo", "/proc/stat",
    "/proc/sys", "/proc/uptime", "/proc/version", "/sys/devices/system/cpu",
)  # fmt: skip
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
# Replaced when the network changes, so the folder is needed, not just the file.
_RESOLVER = Path("/etc/resolv.conf")
_RESOLVER_FOLDERS = (Path("/run"), Path("/mnt"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPaths:
    """Real paths.

    `in_tmp` are paths in /tmp that must not change, which is why /tmp is closed; `refused_links`
    are links in the code to paths that may not be read.
    """

    readable: tuple[str, ...]
    writable: tuple[str, ...]
    in_tmp: Path | None = None
    refused_links: tuple[Path, ...] = ()


def worker_paths(
    runtime: Iterable[Path], *, code: Path, temporary: Path, unchanging: Iterable[Path] = ()
) -> WorkerPaths:
    """The paths for a worker of `code`; `runtime` are the real paths that its runtime needs.

    `unchanging` are further paths, which it may neither read nor change.
    """
    links = code_links(code)
    needed = [*runtime, code.resolve(), *links.readable]
    tmp = _TMP.resolve()
    in_tmp = next((path for path in (*needed, *unchanging) if path.is_relative_to(tmp)), None)
    folders = [temporary.resolve()] if in_tmp else [temporary.resolve(), tmp]
    return WorkerPaths(
        readable=(*_SYSTEM, *_resolver(), *map(str, needed)),
        writable=(*map(str, folders), *_DEVICES),
        in_tmp=in_tmp,
        refused_links=links.refused,
    )


def confinement_gap(system: str = sys.platform, landlock: int | None = None) -> str | None:
    """A warning for systems without confinement; None if workers are confined."""
    trust = (
        "edge functions can read and change everything that you can: run only code that you trust"
    )
    if system != "linux":
        name = {"darwin": "macOS"}.get(system, system)
        return f"Nothing confines workers on {name}; {trust}"
    if (landlock_version() if landlock is None else landlock) < 1:
        return f"This kernel has no Landlock, or has it switched off; {trust}"
    return None


def interpreter_paths(interpreter: Interpreter) -> Iterator[Path]:
    """The paths that an interpreter needs."""
    program = Path(interpreter.program)
    yield program
    yield from map(Path, interpreter.libraries)
    if interpreter.is_node:
        return
    yield program.parent.parent / "pyvenv.cfg"  # of a virtual environment
    prefix = Path(interpreter.prefix or program.resolve().parent.parent).resolve()
    if not _is_shared(prefix):
        yield prefix
        return
    for libraries in (prefix / "lib", prefix / "lib64"):
        yield libraries / f"python{interpreter.version}"
        yield from libraries.glob(f"libpython{interpreter.version}*")


def _is_shared(prefix: Path) -> bool:
    """Whether a folder contains other things than the installation, such as a home folder."""
    try:
        home = Path.home().resolve()
    except RuntimeError:  # a user without a home
        return False
    return home.is_relative_to(prefix) or prefix == home / ".local"


def _resolver() -> tuple[str, ...]:
    file = _RESOLVER.resolve()
    moves = any(root in file.parent.parents for root in _RESOLVER_FOLDERS)
    return (str(file.parent if moves else file),)
