"""A process's children, what they leave behind, and how one of them ends as in a crash."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def kill_one(of: int, number: int) -> bool:
    """End a worker of the process `of` as a crash would; False where there is none to see."""
    workers = sorted(descendants(of))
    if not workers:
        return False
    with suppress(ProcessLookupError):
        os.kill(workers[number % len(workers)], signal.SIGKILL)
    return True


def descendants(of: int) -> Iterator[int]:
    """Processes below this one, zombies as well; none where there is no /proc."""
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
    """Descriptors; None where there is no /proc."""
    try:
        return len(list(Path(f"/proc/{of}/fd").iterdir()))
    except OSError:
        return None
