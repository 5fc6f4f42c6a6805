"""A terminal for tests to type at, with a shell with job control."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PATIENCE = 60.0  # seconds that a test waits for a text, on a busy machine too
IN_A_TERMINAL = """\
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp("sh", ["sh", "-c", "set -m\\n" + sys.argv[1]])
"""


class Terminal:
    """A terminal: type into `master`, and read its output from there."""

    def __init__(self, master: int) -> None:
        self._master = master
        self._unread = ""

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def wait_for(self, text: str) -> str:
        """The output since the last wait, up to `text`."""
        deadline = time.monotonic() + PATIENCE
        while text not in self._unread:
            left = max(0, deadline - time.monotonic())
            ready, _, _ = select.select([self._master], [], [], left)
            assert ready, f"no {text!r} within {PATIENCE:g} s, but {self._unread!r}"
            try:
                read = os.read(self._master, 65536)
            except OSError:  # Linux: nobody has the terminal open any more
                read = b""
            assert read, f"the terminal ended before {text!r}: {self._unread!r}"
            self._unread += read.decode(errors="replace").replace("\r\n", "\n")
        before, _, self._unread = self._unread.partition(text)
        return before + text


@contextmanager
def terminal(script: str, environment: dict[str, str], cwd: str) -> Iterator[Terminal]:
    """Run the script in a shell with its own terminal; all processes end with the block."""
    master, slave = pty.openpty()
    shell = subprocess.Popen(
        [sys.executable, "-c", IN_A_TERMINAL, script],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=environment,
        cwd=cwd,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Terminal(master)
    finally:
        os.close(master)  # hangs up, which ends the foreground process
        with suppress(subprocess.TimeoutExpired):
            shell.wait(10)
        shell.kill()
        shell.wait(240)
