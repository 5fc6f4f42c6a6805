"""The log lines of a function during one request, for that request's trace.

The caller of a function collects them; its runner adds them, in the same task.
"""

from __future__ import annotations

from contextvars import ContextVar

MAX_LINES = 200
MAX_CHARACTERS = 2000  # characters of a line


class Lines(list[str]):
    """The first lines, each truncated."""

    def add(self, line: str) -> None:
        if len(self) < MAX_LINES:
            self.append(line[:MAX_CHARACTERS])


_COLLECTED: ContextVar[Lines | None] = ContextVar("function lines", default=None)


class Collecting:
    """Collects the output within this block into `lines`.

    A class, because it is used at each invocation: a generator-based context manager takes four
    times as long.
    """

    __slots__ = ("_lines", "_token")

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def __enter__(self) -> None:
        self._token = _COLLECTED.set(self._lines)

    def __exit__(self, *_: object) -> None:
        _COLLECTED.reset(self._token)


def collected() -> Lines | None:
    """The collector in this task; None if there is none."""
    return _COLLECTED.get()
