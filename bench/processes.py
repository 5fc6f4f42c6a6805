"""The measured servers: child processes that log to a file, as a user's would.

A pipe would have to be read by this process, on a core that others need.
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
LAST_LINES = 12  # of a log in an error message


class Process:
    """A running server: its output and its use of resources."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def id(self) -> int:
        return self._process.pid

    def wait_for(self, text: str, *, seconds: float = READY_WITHIN) -> str:
        """Wait for text in the output, and return the first line with it.

        Raises BenchError, with the end of the output, if it does not appear.
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
        """Wait for a server that does not say when it is ready. Raises BenchError."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as visitor:
                if visitor.connect_ex((LOOPBACK, port)) == 0:
                    return
            time.sleep(0.02)
        raise self._not_ready()

    def wait_for_end(self, *, seconds: float = READY_WITHIN) -> None:
        """Wait for a process that was asked to end. Raises BenchError if it keeps running."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise self._failed("did not end") from None

    def _not_ready(self) -> BenchError:
        return self._failed("did not get ready")

    def _failed(self, problem: str) -> BenchError:
        lines = self._log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return BenchError(f"{self._log.stem} {problem}. Its output ends:\n" + "\n".join(lines))

    def cpu_seconds(self) -> float | None:
        """The processor time without children; None if the system has no /proc."""
        try:
            stat = Path(f"/proc/{self.id}/stat").read_text()
        except OSError:
            return None
        fields = stat.rpartition(")")[2].split()  # proc(5): utime and stime are 14, 15
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self) -> int:
        """The resident memory (RSS)."""
        done = subprocess.run(  # noqa: S603 -- our own child's number
            ["ps", "-o", "rss=", "-p", str(self.id)],  # noqa: S607 -- POSIX's
            capture_output=True,
            check=True,
            text=True,
        )
        return int(done.stdout) * 1024


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    log: Path,
    cores: Cores,
    env: Mapping[str, str],
    cwd: Path = ROOT,
) -> Iterator[Process]:
    """A server on these cores until the context ends, with its log in the run's folder `logs`.

    It has no supervising process, which would be measured instead: the next run ends it if it is
    left over.
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
