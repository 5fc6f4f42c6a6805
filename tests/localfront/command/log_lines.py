"""The growing log of a running command."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import IO

PATIENCE = 240.0  # seconds that a test waits for a line, such as Terraform's on a busy machine


class LogLines:
    """The lines of a stream, in order, each waited for at most PATIENCE.

    A thread reads the stream all the time: a command whose log nobody reads stands still once the
    pipe is full. Iteration ends with the stream.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._ended = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._ended:
            raise StopIteration
        try:
            line = self._lines.get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError(f"no further line of the log within {PATIENCE:g} s") from None
        if line is None:
            self._ended = True
            raise StopIteration
        return line

    def close(self) -> None:
        """Wait for the end of the stream, when the command exits, and close it."""
        self._thread.join(PATIENCE)
        self._stream.close()

    def _read(self) -> None:
        for line in self._stream:
            self._lines.put(line)
        self._lines.put(None)
