"""The files that a worker may read, and the folders that it may change: one list of each.

A function reads what its runtime needs and its own code; not the developer's home, nor anything
else that lies on the machine. It writes to its temporary folder, and to /tmp, unless what must not
change lies there.

Linux alone holds a worker to it (see `confinement`); the worker adds its own /proc/PID.

Source: AWS Lambda Developer Guide, "Lambda execution environment": the code is read-only, /tmp is
not.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from localfront.edge.confinement import landlock_version
from localfront.edge.interpreters import Interpreter

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
# Rewritten when a network comes or goes, so that the file alone would not do.
_RESOLVER = Path("/etc/resolv.conf")
_RESOLVER_FOLDERS = (Path("/run"), Path("/mnt"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPaths:
    """Real paths. `in_tmp` is what lies in /tmp and must not change, for which /tmp is closed."""

    readable: tuple[str, ...]
    writable: tuple[str, ...]
    in_tmp: Path | None = None


def worker_paths(
    runtime: Iterable[Path], *, code: Path, temporary: Path
) -> WorkerPaths:
    """What a worker of `code` may do, when its runtime needs `runtime`, which are real paths."""
    needed = [*runtime, code.resolve(), *linked_in_repository(code)]
    tmp = _TMP.resolve()
    in_tmp = next((path for path in needed if path.is_relative_to(tmp)), None)
    folders = [temporary.resolve()] if in_tmp else [temporary.resolve(), tmp]
    return WorkerPaths(
        readable=(*_SYSTEM, *_resolver(), *map(str, needed)),
        writable=(*map(str, folders), *_DEVICES),
        in_tmp=in_tmp,
    )


def what_is_not_confined(
    system: str = sys.platform, landlock: int | None = None
) -> str | None:
    """What a person should know before a function runs here; None where workers are confined."""
    trust = "functions at the edge read and change what you may: run only code that you trust"
    if system != "linux":
        name = {"darwin": "macOS"}.get(system, system)
        return f"Nothing confines workers on {name}; {trust}"
    if (landlock_version() if landlock is None else landlock) < 1:
        return f"This kernel has no Landlock, or has it switched off; {trust}"
    return None


def interpreter_paths(interpreter: Interpreter) -> Iterator[Path]:
    """What an interpreter needs, wherever it lies."""
    program = Path(interpreter.program)
    yield program
    if interpreter.is_node:
        return
    yield program.parent.parent / "pyvenv.cfg"  # of a virtual environment
    home = _home()
    prefix = Path(interpreter.prefix or program.resolve().parent.parent).resolve()
    if home is None or not home.is_relative_to(prefix):
        yield prefix
    elif interpreter.is_own:  # installed into the home itself
        for name in ("stdlib", "platstdlib"):
            yield Path(sysconfig.get_path(name))


def linked_in_repository(code: Path) -> list[Path]:
    """What links in the code lead to outside it, as far as that is in the same repository.

    Workspaces of npm link packages; others link a folder that functions share. Only links at the
    top and in node_modules are looked for. A link that leads out of the repository is not followed:
    the repository may be a stranger's.
    """
    code = code.resolve()
    repository = next(
        (folder for folder in (code, *code.parents) if (folder / ".git").exists()), code
    )
    targets = {path.resolve() for path in _links(code)}
    return sorted(
        path
        for path in targets
        if path.is_relative_to(repository)
        and path != repository
        and not path.is_relative_to(code)
        and not code.is_relative_to(path)
    )


def _links(code: Path) -> Iterator[Path]:
    modules = code / "node_modules"
    for folder in (code, modules, *modules.glob("@*")):
        if folder.is_dir():
            with os.scandir(folder) as entries:  # there may be thousands
                yield from (Path(entry) for entry in entries if entry.is_symlink())


def _resolver() -> tuple[str, ...]:
    file = _RESOLVER.resolve()
    moves = any(root in file.parent.parents for root in _RESOLVER_FOLDERS)
    return (str(file.parent if moves else file),)


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except RuntimeError:  # a user without a home
        return None
