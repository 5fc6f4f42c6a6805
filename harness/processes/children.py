"""Child processes that end with us, and take their own children along.

Each child leads a process group of its own: Ctrl-C in a terminal reaches us alone, and we
end the groups in the order that is right. A group holds what the child starts in its turn,
such as Terraform's provider or an emulator's Lambda workers.
"""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from harness.errors import ChildEndedError

GRACE = 10  # seconds that a child has to end by itself
GRACE_WITHOUT_LEADER = 2  # seconds that the rest of its group has after that
NO_SIGNAL = 0  # only asks whether there is anybody
LAST_LINES = 12  # of a log, in an error message

Command = Sequence[str | Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


class Server:
    """A child that runs until it is ended; what it prints goes to a log file.

    With `echo`, what it prints after its readiness line is shown as well.
    """

    def __init__(
        self,
        name: str,
        process: "subprocess.Popen[str]",
        *,
        log: Path,
        ended: "queue.SimpleQueue[Server | None]",
        echo: bool,
    ) -> None:
        self.name = name
        self.log = log
        self._process = process
        self._ended = ended
        self._echo = echo
        self._awaited: str | None = None
        self._log_failure: OSError | None = None
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name=name, daemon=True)
        self._reader.start()

    def wait_for_line(self, containing: str, *, timeout: float) -> str:
        """Return the first line that has `containing` in it; `timeout` is in seconds.

        Raises ChildEndedError, with the end of the log, when the line does not come.
        """
        deadline = time.monotonic() + timeout
        while True:
            try:
                line = self._lines.get(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                raise self.error(f"was not ready after {timeout} s") from None
            if line is None:
                raise self.error("ended before it was ready")
            if containing in line:
                self._awaited = line
                return line

    def error(self, what: str) -> ChildEndedError:
        if self._log_failure:  # such as a full disk; the server was cut off by that
            return ChildEndedError(f"{self.name}'s log failed: {self._log_failure}")
        lines = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return ChildEndedError(f"{self.name} {what}. Its output ends:\n" + "\n".join(lines))

    def _read(self) -> None:
        output = self._process.stdout
        assert output is not None  # noqa: S101 (serve always asks for a pipe)
        try:
            with output, self.log.open("w", encoding="utf-8") as log:
                for line in output:
                    self._note(line, log)
        except OSError as failure:
            self._log_failure = failure
        self._lines.put(None)
        self._ended.put(self)

    def _note(self, line: str, log: TextIO) -> None:
        log.write(line)
        log.flush()
        if self._awaited is None:
            self._lines.put(line.rstrip("\n"))
        elif self._echo:
            sys.stdout.write(line)
            sys.stdout.flush()


class Children:
    """All child processes of one run. Use as a context manager: leaving it ends them."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[str]] = []
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
            command, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        return Server(name, process, log=log, ended=self._ended, echo=echo)

    def run(self, command: Command, *, env: Mapping[str, str], cwd: Path) -> Finished:
        """Run a command to its end; its failure is for the caller to judge."""
        process = self._start(
            command, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        with self._ended_if_interrupted(process, first=signal.SIGTERM):
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
        """Run a command whose output the user sees; return its exit code.

        `grace` is the seconds that it has to end by itself after Ctrl-C; None: GRACE.
        """
        process = self._start(command, env=env, cwd=cwd, stdout=None, stderr=None)
        # As Ctrl-C would: a test run closes its browsers then.
        with self._ended_if_interrupted(process, first=signal.SIGINT, grace=grace):
            return process.wait()

    def wait_until_a_server_ends(self) -> Server:
        """Raises ChildEndedError when all are ended first, such as by another thread."""
        server = self._ended.get()
        if server is None:
            raise ChildEndedError("All that ran here was ended.")
        return server

    def is_closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        """End every process group, the youngest first, and start no other from now on."""
        with self._lock:
            self._closed = True
            running, self._running = self._running, []
        with ExitStack() as ending:  # goes on with the others if Ctrl-C cuts one short
            for process in running:
                ending.callback(end_group, process)
        self._ended.put(None)

    def _start(
        self,
        command: Command,
        *,
        env: Mapping[str, str],
        cwd: Path,
        stdout: int | None,
        stderr: int | None,
    ) -> "subprocess.Popen[str]":
        with self._lock:
            if self._closed:
                raise ChildEndedError(f"{command[0]} was not started: we are ending.")
            process = subprocess.Popen(  # noqa: S603 (a list, and no shell)
                command,
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                text=True,
                errors="replace",
                start_new_session=True,
            )
            self._running.append(process)
            return process

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
        except BaseException:  # Ctrl-C: leave no command running behind our back
            end_group(process, first=first, grace=grace)
            for stream in (process.stdout, process.stderr):
                if stream:
                    stream.close()
            raise
        finally:
            with self._lock:
                if process in self._running:
                    self._running.remove(process)


def end_group(
    process: "subprocess.Popen[str]",
    *,
    first: signal.Signals = signal.SIGTERM,
    grace: float | None = None,
) -> None:
    """Ask the whole group to end, with the signal `first`, and in the end make it.

    `grace` is the seconds that its leader has; None: GRACE. Ctrl-C makes an end of it at once.
    """
    try:
        signal_group(process.pid, first)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE if grace is None else grace)
        deadline = time.monotonic() + GRACE_WITHOUT_LEADER
        while signal_group(process.pid, NO_SIGNAL) and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        signal_group(process.pid, signal.SIGKILL)
        process.wait()


def signal_group(leader: int, number: int) -> bool:
    """Return whether anybody is left in the group to get the signal."""
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):
        return False  # macOS says PermissionError when only zombies are left
    return True
