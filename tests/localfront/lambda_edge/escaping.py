"""Shared by tests of functions that try to escape."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from localfront.lambda_edge.function import parse_function_arn
from localfront.lambda_edge.workers.confinement import (
    landlock_version as landlock_version,
)
from localfront.lambda_edge.workers.pool import WorkerPool
from localfront.testing.background_loop import BackgroundLoop
from tests.localfront.real_workers import (
    ACCESS,
    ARN,
    NODE,
    PYTHON,
    a_function,
    invoke,
    invoke_node,
)

Attack = Callable[..., Awaitable[Any]]

PATIENCE = 30  # seconds, on a busy machine
LANGUAGES = ["Python", "Node.js"]
DENIED = (1, 13, 18, "EPERM", "EACCES", "EXDEV")

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems can't")
confined = pytest.mark.skipif(not landlock_version(), reason="the kernel has no Landlock")


class OneWorker:
    """A pool with one worker per language, for attacks that do not change it.

    It lives in a loop of its own: those of the tests come and go.
    """

    def __init__(self, pool: WorkerPool, loop: BackgroundLoop) -> None:
        self._pool = pool
        self._loop = loop

    def attack_in(self, language: str) -> Attack:
        async def run(name: str, event: Mapping[str, Any] | None = None) -> Any:
            node = language == "Node.js"
            function = a_function(
                "escapes.anyOfThem" if node else "escapes.any_of_them",
                arn=parse_function_arn(f"{ARN.rpartition(':')[0]}:{1 + LANGUAGES.index(language)}"),
                runtime=NODE if node else PYTHON,
            )
            attack = {"attack": camel(name) if node else name, **(event or {})}
            return await asyncio.to_thread(self._loop.run, self._pool.invoke(function, attack))

        return run


@contextmanager
def one_worker() -> Iterator[OneWorker]:
    async def opened() -> WorkerPool:
        return WorkerPool(access=ACCESS, on_log=lambda _, line: None)

    with BackgroundLoop() as loop:
        pool = loop.run(opened())
        yield OneWorker(pool, loop)
        loop.run(pool.close())


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
    """The processes with this mark in their command line. Linux only."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in file.read_bytes().split(b"\0"):
                found.append(int(file.parent.name))
        except OSError:
            continue  # it has ended
    return found


async def none_left(count: Callable[[], int]) -> bool:
    """Wait until a count is 0, up to a limit."""
    end = time.monotonic() + PATIENCE
    while count() and time.monotonic() < end:  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(0.02)
    return not count()
