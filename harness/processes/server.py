"""A server as a child process: readiness line, log, and end."""

import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TextIO

from harness.errors import ChildEndedError

LAST_LINES = 12  # of a log, in an error message


class Server:
    """A server process; its output goes to a log file.

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

    def error(self, problem: str) -> ChildEndedError:
        if self._log_failure:  # such as a full disk; the server was cut off by that
            return ChildEndedError(f"{self.name}'s log failed: {self._log_failure}")
        lines = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return ChildEndedError(f"{self.name} {problem}. Its output ends:\n" + "\n".join(lines))

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
