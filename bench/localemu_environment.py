"""LocalEmu's virtual environment, created with any suitable Python on this machine."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.errors import BenchError
from harness.checkout import ROOT

PYTHONS = ("3.13", "3.12")  # its metadata says 3.10, but its code needs 3.12; pinned below 3.14
_WHICH = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable, sys.version)"
_PINS = ROOT / "requirements" / "localemu.txt"
_ENVIRONMENT = ROOT / ".nox" / "localemu"


def localemu_python(named: str = "") -> Path:
    """The interpreter of LocalEmu's environment, which is created if missing.

    `named` is the Python to create it with. Raises BenchError if no suitable one is found, or its
    packages can't be installed.
    """
    program, version = fitting_python(named)
    stamp = _ENVIRONMENT / "complete"
    wanted = hashlib.sha256(f"{version}{_PINS.read_text()}".encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        _make(program)
        stamp.write_text(wanted)
    return _ENVIRONMENT / "bin" / "python"


def fitting_python(named: str = "") -> tuple[str, str]:
    """A Python that LocalEmu runs on, and its version. Raises BenchError if there is none."""
    found = next(_fitting([named] if named else _candidates()), None)
    if found is None:
        missing = f"{named} is none" if named else "neither PATH nor pyenv has one"
        raise BenchError(
            f"--localemu needs Python {' or '.join(reversed(PYTHONS))}, and {missing} that runs. Name "
            "one: --localemu PYTHON."
        )
    return found


def _make(program: str) -> None:
    brought = ROOT / ".nox" / "bootstrap" / "bin" / "uv"  # by ./nox
    uv = str(brought) if brought.exists() else "uv"
    _run(uv, "venv", "-q", "--clear", "-p", program, str(_ENVIRONMENT))
    install = ("pip", "install", "-q", "-p", str(_ENVIRONMENT), "--require-hashes")
    _run(uv, *install, "--compile-bytecode", "-r", str(_PINS))


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- uv, and a Python that was chosen
    except OSError as error:
        raise BenchError(
            f"{command[0]} does not run: {error.strerror}. Start with ./nox."
        ) from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise BenchError(f"LocalEmu's environment can't be made: {last}")


def _candidates() -> Iterator[str]:
    for version in PYTHONS:
        if on_path := shutil.which(f"python{version}"):
            yield on_path
    # A shim of pyenv runs only the versions that are switched on.
    if pyenv := shutil.which("pyenv"):
        root = subprocess.run([pyenv, "root"], capture_output=True, text=True, check=False)  # noqa: S603 -- found on PATH
        for version in PYTHONS:
            found = Path(root.stdout.strip()).glob(f"versions/{version}*/bin/python{version}")
            yield from map(str, sorted(found))


def _fitting(candidates: Iterator[str] | list[str]) -> Iterator[tuple[str, str]]:
    """The suitable interpreters, each with its version output."""
    for program in candidates:
        try:
            finished = subprocess.run(  # noqa: S603 -- a Python that was found or named
                [program, "-ISc", _WHICH],
                capture_output=True,
                text=True,
                check=False,
                env={"PATH": os.environ["PATH"]},
            )
        except OSError:
            continue
        if finished.returncode == 0 and finished.stdout.startswith(tuple(f"{v} " for v in PYTHONS)):
            yield program, finished.stdout
