"""The lines that a function prints during one request, for that request's trace.

Who calls a function collects; who runs it adds, in the same task.
"""

from __future__ import annotations

from contextvars import ContextVar

MAX_LINES = 200
MAX_CHARACTERS = 2000  # of a line


class Lines(list[str]):
    """The first lines, each cut to its beginning."""

    def add(self, line: str) -> None:
        if len(self) < MAX_LINES:
            self.append(line[:MAX_CHARACTERS])


_COLLECTED: ContextVar[Lines | None] = ContextVar("function lines", default=None)


class Collecting:
    """What is printed in this block goes into `lines`.

    A class, at each invocation: a generator as context manager takes four times as long.
    """

    __slots__ = ("_lines", "_token")

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def __enter__(self) -> None:
        self._token = _COLLECTED.set(self._lines)

    def __exit__(self, *_: object) -> None:
        _COLLECTED.reset(self._token)


def collected() -> Lines | None:
    """Where a function's lines go that runs in this task; None where nobody collects."""
    return _COLLECTED.get()
