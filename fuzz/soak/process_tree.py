"""A process's children: count them, count open files, and kill one as a crash would."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def kill_one(of: int, number: int) -> bool:
    """Kill a worker of the process `of`; False if none can be seen."""
    workers = sorted(descendants(of))
    if not workers:
        return False
    with suppress(ProcessLookupError):
        os.kill(workers[number % len(workers)], signal.SIGKILL)
    return True


def descendants(of: int) -> Iterator[int]:
    """The process's descendants, including zombies; none without /proc."""
    for task in Path(f"/proc/{of}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, task.read_text().split()):
                yield child
                yield from descendants(child)


def zombies(of: int) -> list[int]:
    found = []
    for child in descendants(of):
        with suppress(OSError):
            if Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                found.append(child)
    return found


def open_files(of: int) -> int | None:
    """The number of open descriptors; None without /proc."""
    try:
        return len(list(Path(f"/proc/{of}/fd").iterdir()))
    except OSError:
        return None
