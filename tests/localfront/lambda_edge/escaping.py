"""What tests of functions that try to get out share."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from localfront.lambda_edge.workers.confinement import (
    landlock_version as landlock_version,
)
from localfront.lambda_edge.workers.pool import WorkerPool
from tests.localfront.real_workers import invoke, invoke_node

Attack = Callable[..., Awaitable[Any]]

PATIENCE = 30  # seconds, on a busy machine
LANGUAGES = ["Python", "Node.js"]
DENIED = (1, 13, 18, "EPERM", "EACCES", "EXDEV")

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems can't")
confined = pytest.mark.skipif(not landlock_version(), reason="the kernel has no Landlock")


def attack_in(language: str, pool: WorkerPool) -> Attack:
    """Invokes a function of `escapes`, by its name in Python, in a language's own spelling."""

    async def run(name: str, event: Any = None, **changes: Any) -> Any:
        if language == "Python":
            return await invoke(pool, f"escapes.{name}", event, **changes)
        return await invoke_node(pool, f"escapes.{camel(name)}", event, **changes)

    return run


def camel(name: str) -> str:
    """`reads_in_a_child` is `readsInAChild`."""
    return re.sub("_([a-z])", lambda match: match[1].upper(), name)


def processes_with(mark: str) -> list[int]:
    """Those that name the mark in their command line. Linux only."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in file.read_bytes().split(b"\0"):
                found.append(int(file.parent.name))
        except OSError:
            continue  # it has ended
    return found


async def none_left(count: Callable[[], int]) -> bool:
    """Wait until a count is 0, as long as that is worth while."""
    end = time.monotonic() + PATIENCE
    while count() and time.monotonic() < end:  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(0.02)
    return not count()
