"""A worker's output, line by line, in order with its invocations."""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import termios
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_CHUNK_BYTES = 64 * 1024
_MAX_LINE_BYTES = 256 * 1024  # CloudWatch Logs' limit for one event
_MAX_DRAIN_BYTES = 4 * 1024 * 1024
_TAIL_LINES = 20
_NONE = bytes(4)
# awslambdaric separates a traceback's lines by carriage returns, so that it is one event.
_LINE_END = re.compile(rb"\r\n|\n|\r")


class WorkerOutput:
    """A pipe for a worker's standard output and error.

    `drain` reads everything already written, so that an invocation's last lines come before its END
    line; a stream reader would deliver them later.
    """

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self._on_line = on_line
        self._pending = b""
        self._held = bytearray(_NONE)  # an integer: the bytes in the pipe
        self._is_open = True
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._read_fd, self._write_fd = os.pipe()
        os.set_blocking(self._read_fd, False)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._read_fd, self._read)

    @contextmanager
    def lent(self) -> Iterator[int]:
        """The file descriptor to write to, until the worker has inherited it."""
        try:
            yield self._write_fd
        finally:
            os.close(self._write_fd)

    @property
    def tail(self) -> str:
        """The last lines since `forget`."""
        return "\n".join(self._tail)

    def forget(self) -> None:
        self._tail.clear()

    def drain(self) -> None:
        """Deliver everything written so far; bounded, as a thread may print for ever."""
        for _ in range(_MAX_DRAIN_BYTES // _CHUNK_BYTES):
            if not self._holds_more() or not self._read():
                break

    def close(self) -> None:
        """Deliver the rest, including an unfinished line."""
        self.drain()
        self._is_open = False
        self._loop.remove_reader(self._read_fd)
        os.close(self._read_fd)
        if self._pending:
            self._emit(self._pending)

    def _holds_more(self) -> bool:
        """Whether there is output to read; after most invocations there is none.

        Asking takes a third of the time of a read that fails.
        """
        if not self._is_open:
            return False
        fcntl.ioctl(self._read_fd, termios.FIONREAD, self._held)
        return self._held != _NONE

    def _read(self) -> bool:
        """Read one chunk; False if there is none."""
        if not self._is_open:
            return False
        try:
            chunk = os.read(self._read_fd, _CHUNK_BYTES)
        except BlockingIOError:
            return False
        if not chunk:  # the worker and its children have closed their ends
            self._loop.remove_reader(self._read_fd)
            return False
        *lines, self._pending = _LINE_END.split(self._pending + chunk)
        for line in lines:
            self._emit(line)
        if len(self._pending) > _MAX_LINE_BYTES:
            self._emit(self._pending)
            self._pending = b""
        return True

    def _emit(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace")
        self._tail.append(text)
        self._on_line(text)
