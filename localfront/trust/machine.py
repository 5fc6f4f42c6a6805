"""The machine's properties for trust stores, and the commands that change these."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60  # seconds, as macOS asks for a password


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """This machine. `root` is the file system's root; `is_root` allows changing its store."""

    home: Path
    search_path: str
    root: Path = Path("/")
    is_mac: bool = False
    is_root: bool = False

    @classmethod
    def this(cls, environ: Mapping[str, str]) -> Machine:
        return cls(
            home=Path(environ.get("HOME") or Path.home()),
            search_path=environ.get("PATH", os.defpath),
            is_mac=sys.platform == "darwin",
            is_root=os.geteuid() == 0,
        )

    def program(self, *names: str) -> str | None:
        """The first installed program of several."""
        found = (shutil.which(name, path=self.search_path) for name in names)
        return next((program for program in found if program), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command; `by_hand` if the user has to run it: as root, or outside of this system."""

    argv: tuple[str, ...]
    by_hand: bool = False

    def __str__(self) -> str:
        return shlex.join(self.argv)

    def complaint(self) -> str | None:
        """Run the command; returns the error, or None."""
        code, _, complaint = run(self.argv)
        return None if code == 0 else complaint or f"exit code {code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustStep:
    """The step for one store; without commands there is nothing to do, as `note` says.

    `done` is a special message on success.
    """

    store: str
    commands: tuple[Command, ...] = ()
    note: str = ""
    done: str = ""


def run(argv: Sequence[str]) -> tuple[int, str, str]:
    """Run a program: exit status, output, and the last line of its errors."""
    try:
        ended = subprocess.run(  # noqa: S603 -- the programs of `Machine.program`, no shell
            argv,
            stdin=subprocess.DEVNULL,  # none may prompt for a password
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return 1, "", str(error)
    lines = (ended.stderr or ended.stdout).strip().splitlines()
    return ended.returncode, ended.stdout, lines[-1] if lines else ""
