"""Unexpected exceptions: a log line each, and tracebacks in a file, once per place in the code.

The line does not have the exception's message, which may quote a viewer's request.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOG = logging.getLogger("localfront")
MAX_KINDS = 50  # bytes, so that an attacker cannot fill the disk


class Tracebacks:
    """The tracebacks of a process, in a file created with the first one."""

    def __init__(self) -> None:
        self.file: Path | None = None
        self._kept: set[str] = set()

    def keep(self, error: BaseException) -> str:
        """One line: the exception's type, where it was raised, and the file with its traceback."""
        summary = f"{type(error).__name__} at {_place(error)}"
        if summary not in self._kept and len(self._kept) < MAX_KINDS:
            self._kept.add(summary)
            try:
                self._write(error)
            except OSError as failure:
                return f"{summary} (its traceback can't be written: {failure.strerror})"
        return f"{summary} (traceback in {self.file})" if self.file is not None else summary

    def _write(self, error: BaseException) -> None:
        if self.file is None:
            descriptor, name = tempfile.mkstemp(prefix="localfront-traceback-", suffix=".txt")
            self.file = Path(name)
        else:
            descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "a", encoding="utf-8", errors="replace") as file:
            file.write("".join(traceback.format_exception(error)) + "\n")


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "an unknown place"
    # The last of our own frames is more useful than one inside a library.
    own = [f for f in frames if f"{os.sep}localfront{os.sep}" in f.filename]
    frame = (own or frames)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}"


TRACEBACKS = Tracebacks()


@contextmanager
def logging_uncatchable_errors() -> Iterator[None]:
    """Log errors in callbacks and finalizers, for which Python prints a traceback."""

    def log(unraisable: sys.UnraisableHookArgs) -> None:
        error = unraisable.exc_value
        if isinstance(error, UnicodeDecodeError) and isinstance(unraisable.object, bytes):
            return  # ssl's, for a server name that is not ASCII: the handshake fails
        if error is not None:
            LOG.error("an uncaught error: %s", TRACEBACKS.keep(error))

    before = sys.unraisablehook
    sys.unraisablehook = log
    try:
        yield
    finally:
        sys.unraisablehook = before
