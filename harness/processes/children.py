"""Child processes that end with this one, including their own children.

Each child has its own process group: Ctrl-C in a terminal reaches only this process, which then
ends the groups in the right order. A group contains the child's own children, such as Terraform's
provider or an emulator's Lambda workers. Its leader is a tether (harness/processes/tether.py),
which ends the group if this process is killed.
"""

import errno
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harness.errors import ChildEndedError
from harness.processes import signals, tether
from harness.processes.process_group import GRACE, end_group
from harness.processes.processor_time import spent_by
from harness.processes.server import Server

Command = Sequence[str | Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A command that has ended, whose output the user saw.

    `processor_seconds` are its own and those of the processes that it waited for.
    """

    returncode: int
    processor_seconds: float


def note(record: Path, group: int, name: str) -> None:
    """Add a line such as `4711 ministack`."""
    with record.open("a") as lines:
        lines.write(f"{group} {name}\n")


class Children:
    """All child processes of a run; a context manager that ends them.

    `record` is a file with a `note` of each process group; leftovers.py reads it if this process
    was killed.
    """

    def __init__(self, *, record: Path | None = None) -> None:
        self._record = record
        self._running: dict[subprocess.Popen[str], signal.Signals] = {}
        # All tethers share a pipe whose other end closes with this process.
        self._seen_by_tethers, self._held_by_us = os.pipe()
        self._open = True
        self._lock = threading.Lock()
        self._closed = False
        self._ended: queue.SimpleQueue[Server | None] = queue.SimpleQueue()

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def serve(
        self,
        name: str,
        command: Command,
        *,
        env: Mapping[str, str],
        cwd: Path,
        log: Path,
        echo: bool = False,
    ) -> Server:
        """Start a server, which runs until `close`."""
        process = self._start(
            command,
            name=name,
            env=env,
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return Server(name, process, log=log, ended=self._ended, echo=echo)

    def run(
        self,
        command: Command,
        *,
        env: Mapping[str, str],
        cwd: Path,
        first: signal.Signals = signal.SIGTERM,
    ) -> Finished:
        """Run a command to its end; the caller checks for failure.

        `first` is the signal that stops it early; SIGKILL leaves it no time to clean up.
        """
        process = self._start(
            command,
            env=env,
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            first=first,
        )
        with self._ended_if_interrupted(process, first=first):
            stdout, stderr = process.communicate()
        return Finished(returncode=process.returncode, stdout=stdout, stderr=stderr)

    def show(
        self,
        command: Command,
        *,
        env: Mapping[str, str],
        cwd: Path,
        grace: float | None = None,
    ) -> int:
        """Run a command whose output the user sees; return its exit code. See `measure`."""
        finished = self.measure(command, env=env, cwd=cwd, grace=grace)
        return finished.returncode

    def measure(
        self,
        command: Command,
        *,
        env: Mapping[str, str],
        cwd: Path,
        grace: float | None = None,
        within: float | None = None,
        output: IO[str] | None = None,
    ) -> Shown:
        """Run a command whose output the user sees, to its end.

        `grace` is the seconds that it has to end by itself after Ctrl-C; None: GRACE. With
        `output`, its output goes to that file. Raises subprocess.TimeoutExpired, after stopping it,
        if it takes longer than `within` seconds.
        """
        first = signal.SIGINT  # as Ctrl-C would: a test run closes its browsers then
        process = self._start(
            command, env=env, cwd=cwd, stdout=output, stderr=output, first=first, grace=grace
        )
        with self._ended_if_interrupted(process, first=first, grace=grace):
            seconds = spent_by(process, within=within)
            return Shown(returncode=process.wait(), processor_seconds=seconds)

    def wait_until_a_server_ends(self) -> Server:
        """Return the first server that ends. Raises ChildEndedError if all are stopped instead."""
        server = self._ended.get()
        if server is None:
            raise ChildEndedError("All processes of this run were stopped.")
        return server

    def is_closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        """End every process group, youngest first, and refuse new ones."""
        with self._lock:
            self._closed = True
            running, self._running = self._running, {}
        with ExitStack() as ending:  # goes on with the others if Ctrl-C cuts one short
            for process, first in running.items():
                ending.callback(end_group, process, first=first)
        self._ended.put(None)
        with self._lock:
            for descriptor in (self._held_by_us, self._seen_by_tethers):
                if self._open:
                    os.close(descriptor)
            self._open = False

    def _start(
        self,
        command: Command,
        *,
        env: Mapping[str, str],
        cwd: Path,
        stdout: int | IO[str] | None,
        stderr: int | IO[str] | None,
        name: str | None = None,
        first: signal.Signals = signal.SIGTERM,
        grace: float | None = None,
    ) -> "subprocess.Popen[str]":
        program = str(command[0])
        if shutil.which(program, path=env.get("PATH")) is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), program)
        with signals.held_back(), self._lock:
            if self._closed:
                raise ChildEndedError(f"{program} was not started: this run is ending.")
            process = subprocess.Popen(  # noqa: S603 (a list, and no shell)
                [*self._tethered(first, grace), *command],
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                text=True,
                errors="replace",
                start_new_session=True,
                pass_fds=[self._seen_by_tethers],
            )
            self._running[process] = first
            if self._record:
                note(self._record, process.pid, name or Path(program).name)
            return process

    def _tethered(self, first: signal.Signals, grace: float | None) -> Command:
        seconds = 0 if first is signal.SIGKILL else grace or GRACE
        run = self._record.parent.name if self._record else "-"
        options = (str(self._seen_by_tethers), str(int(first)), str(seconds), run)
        return [sys.executable, "-IS", tether.__file__, *options]

    @contextmanager
    def _ended_if_interrupted(
        self,
        process: "subprocess.Popen[str]",
        *,
        first: signal.Signals,
        grace: float | None = None,
    ) -> Iterator[None]:
        try:
            yield
        except BaseException:  # Ctrl-C: leave no command running
            end_group(process, first=first, grace=grace)
            for stream in (process.stdout, process.stderr):
                if stream:
                    stream.close()
            raise
        finally:
            with self._lock:
                self._running.pop(process, None)
