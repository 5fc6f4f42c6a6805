"""What a soaked localfront still holds when all is over: dead children, descriptors, memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bench.processes import Process
from fuzz.findings import Problem
from fuzz.soak import process_tree

QUIET_WITHIN = 20.0  # seconds
MORE_FILES = 16  # descriptors: workers may be more than at the beginning
MORE_MEMORY = 64 * 1024 * 1024  # bytes, beside what lies in the cache
CACHED_ANSWER = 4096  # bytes that one may take in memory, large ones included, on the average


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Of the system; `files` is None where it can't be seen, `memory` is in bytes."""

    files: int | None
    memory: int


def taken(process: Process) -> Taken:
    return Taken(files=process_tree.open_files(process.id), memory=process.resident_bytes())


async def remains(process: Process, before: Taken, cached: int) -> tuple[Taken, list[Problem]]:
    """What is taken at last, and what of it should not be; `cached` answers are kept on purpose."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + QUIET_WITHIN
    while True:
        dead = process_tree.zombies(process.id)
        after = taken(process)
        most = (before.files or 0) + MORE_FILES
        too_many = after.files is not None and after.files > most
        if not (dead or too_many) or loop.time() > deadline:
            break
        await asyncio.sleep(0.5)
    found = [Problem("zombies", str(dead))] if dead else []
    if too_many:
        found.append(Problem("descriptors", f"{before.files} before, {after.files} after"))
    if after.memory > before.memory + MORE_MEMORY + cached * CACHED_ANSWER:
        told = f"{before.memory:,} bytes before, {after.memory:,} after"
        found.append(Problem("memory", told))
    return after, found
