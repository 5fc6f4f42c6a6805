"""Resources that localfront still holds after a soak: dead children, descriptors, memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bench.processes import Process
from fuzz.findings import Problem
from fuzz.soak import process_tree

QUIET_WITHIN = 20.0  # seconds
MORE_FILES = 16  # descriptors: there may be more workers than at the start
MORE_MEMORY = 64 * 1024 * 1024  # bytes, apart from the cache
CACHED_RESPONSE = 4096  # average bytes of memory per cached response, including large ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Resources in use. `files` is None if it can't be seen; `memory` is in bytes."""

    files: int | None
    memory: int


def taken(process: Process) -> Resources:
    return Resources(files=process_tree.open_files(process.id), memory=process.resident_bytes())


async def remains(
    process: Process, before: Resources, cached: int
) -> tuple[Resources, list[Problem]]:
    """The resources that should have been released; `cached` responses are kept."""
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
    if after.memory > before.memory + MORE_MEMORY + cached * CACHED_RESPONSE:
        growth = f"{before.memory:,} bytes before, {after.memory:,} after"
        found.append(Problem("memory", growth))
    return after, found
