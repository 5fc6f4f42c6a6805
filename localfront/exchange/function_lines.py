"""The lines that a function prints during one request, for that request's trace.

Who calls a function collects; who runs it adds, in the same task.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MAX_LINES = 200
MAX_CHARACTERS = 2000  # of a line


class Lines(list[str]):
    """The first lines, each cut to its beginning."""

    def add(self, line: str) -> None:
        if len(self) < MAX_LINES:
            self.append(line[:MAX_CHARACTERS])


_COLLECTED: ContextVar[Lines | None] = ContextVar("function lines", default=None)


@contextmanager
def collecting(lines: Lines) -> Iterator[None]:
    """What is printed in this block goes into `lines`."""
    token = _COLLECTED.set(lines)
    try:
        yield
    finally:
        _COLLECTED.reset(token)


def collected() -> Lines | None:
    """Where a function's lines go that runs in this task; None where nobody collects."""
    return _COLLECTED.get()
