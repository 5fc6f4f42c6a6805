"""The log lines of a function during one request, for that request's trace.

The caller of a function collects them; its runner adds them, in the same task.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MAX_LINES = 200
MAX_CHARACTERS = 2000  # characters of a line


class Lines(list[str]):
    """The first lines, each truncated."""

    def add(self, line: str) -> None:
        if len(self) < MAX_LINES:
            self.append(line[:MAX_CHARACTERS])


_COLLECTED: ContextVar[Lines | None] = ContextVar("function lines", default=None)


@contextmanager
def collecting(lines: Lines) -> Iterator[None]:
    """Collect the output within this block into `lines`."""
    token = _COLLECTED.set(lines)
    try:
        yield
    finally:
        _COLLECTED.reset(token)


def collected() -> Lines | None:
    """The collector in this task; None if there is none."""
    return _COLLECTED.get()
