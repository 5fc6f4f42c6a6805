"""A lock between processes, on a file."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ASKS_EVERY = 0.1  # seconds


@contextmanager
def locked(file: Path, *, unless: Callable[[], bool]) -> Iterator[None]:
    """Hold the lock while the block runs. The system frees it however we end.

    Continue without it once `unless` returns true, such as at Ctrl-C: a thread that waits for a
    lock cannot be interrupted.
    """
    with file.open("w") as opened:
        while not taken(opened.fileno()) and not unless():
            time.sleep(ASKS_EVERY)
        yield


def taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
