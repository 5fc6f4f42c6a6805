"""The servers that are measured: child processes whose output goes to a file, as a user's would.

A pipe to us would be read by us, on a core that somebody else needs.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.cores import Cores, on
from bench.errors import BenchError
from harness.checkout import ROOT
from harness.processes.children import note
from harness.processes.leftovers import PROCESSES
from harness.processes.ports import LOOPBACK
from harness.processes.process_group import end_group
from harness.processes.signals import held_back

READY_WITHIN = 60  # seconds
LAST_LINES = 12  # of a log, in an error message


class Process:
    """A running server: what it wrote, and what it took of the machine."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def id(self) -> int:
        return self._process.pid

    def wait_for(self, text: str, *, seconds: float = READY_WITHIN) -> str:
        """Return the first line of its output with `text` in it.

        Raises BenchError, with the end of the output, when it does not come.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            lines = self._log.read_text(errors="replace").splitlines()
            for line in lines:
                if text in line:
                    return line
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise self._not_ready()

    def wait_to_listen(self, port: int, *, seconds: float = READY_WITHIN) -> None:
        """For a server that does not say when it is ready. Raises BenchError."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as visitor:
                if visitor.connect_ex((LOOPBACK, port)) == 0:
                    return
            time.sleep(0.02)
        raise self._not_ready()

    def _not_ready(self) -> BenchError:
        lines = self._log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        told = "\n".join(lines)
        return BenchError(f"{self._log.stem} did not get ready. Its output ends:\n{told}")

    def cpu_seconds(self) -> float | None:
        """Of this process, its children apart; None where the system has no /proc."""
        try:
            told = Path(f"/proc/{self.id}/stat").read_text()
        except OSError:
            return None
        fields = told.rpartition(")")[2].split()  # proc(5): utime and stime are 14, 15
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self) -> int:
        """Memory that it has in RAM (RSS)."""
        told = subprocess.run(  # noqa: S603 -- our own child's number
            ["ps", "-o", "rss=", "-p", str(self.id)],  # noqa: S607 -- POSIX's
            capture_output=True,
            check=True,
            text=True,
        )
        return int(told.stdout) * 1024


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    log: Path,
    cores: Cores,
    env: Mapping[str, str],
    cwd: Path = ROOT,
) -> Iterator[Process]:
    """A server on these cores, until the context ends; `log` is in the run's folder `logs`.

    It has no tether, which would be measured in its place: the next run finds it by the notes.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output, on(cores), held_back():
        process = subprocess.Popen(  # noqa: S603 (a list, and no shell)
            command,
            cwd=cwd,
            env={**env, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        note(log.parent.parent / PROCESSES, process.pid, log.stem)
    try:
        yield Process(process, log)
    finally:
        end_group(process)
