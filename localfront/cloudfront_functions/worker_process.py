"""The worker process for CloudFront Functions: runs one at a time, reports failures as errors.

The event loop never blocks on it. A run that does not end is killed with its worker; the next run
starts a new one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from localfront.cloudfront_functions.event_object import FunctionEvent
from localfront.cloudfront_functions.runs import (
    NO_FACTS,
    RunResult,
    order_line,
    read_reply,
)
from localfront.cloudfront_functions.syntax import RUNTIME_2
from localfront.sources.description import KeyValueStore

_MAX_ANSWER_BYTES = 64 * 1024 * 1024  # 2 MB of text, in any JSON escaping
ENDED = "it ran too long and was ended; on CloudFront less than 1 ms is allowed"
_START = (sys.executable, "-I", "-m", "localfront.cloudfront_functions.engine_worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Runnable:
    """A function for the worker. `revision` changes with the script or the store."""

    name: str
    revision: str
    script: str
    store: KeyValueStore | None = None
    runtime: str = RUNTIME_2

    def as_json(self) -> dict[str, Any]:
        store = self.store
        values = store and {"values": dict(store.values), "meta": dict(store.meta)}
        return {"name": self.name, "script": self.script, "store": values, "runtime": self.runtime}


@dataclass(slots=True)
class _Worker:
    process: Process
    known: dict[str, str] = field(default_factory=dict)  # revisions by name


class EngineProcess:
    """One worker, started at its first run; to be closed."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._worker: _Worker | None = None

    async def __aenter__(self) -> EngineProcess:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def run(self, function: Runnable, event: Mapping[str, Any], *, now: int) -> RunResult:
        async with self._turn:
            if self._worker and self._worker.process.returncode is not None:
                self._worker = None  # it was killed from outside
            worker = self._worker = self._worker or await _start()
            if isinstance(event, FunctionEvent):
                order = order_line(function.name, event.text(), now=now, facts=event.facts)
            else:
                order = order_line(function.name, json.dumps(event), now=now, facts=NO_FACTS)
            try:
                answer = await _asked(worker, function, order)
            except BaseException:  # also when the viewer left, possibly during a run
                await self._discard()
                raise
            if answer.endswith(b"\n"):
                return read_reply(answer)
            await self._discard()
            return RunResult(error=ENDED)

    async def close(self) -> None:
        async with self._turn:
            await self._discard()

    async def _discard(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        with contextlib.suppress(ProcessLookupError):
            worker.process.kill()
        await worker.process.wait()


async def _start() -> _Worker:
    process = await asyncio.create_subprocess_exec(
        *_START, stdin=PIPE, stdout=PIPE, env={}, limit=_MAX_ANSWER_BYTES
    )
    return _Worker(process)


async def _asked(worker: _Worker, function: Runnable, order: str) -> bytes:
    """The line of the worker's reply, without its end if the worker ended instead."""
    stdin, stdout = worker.process.stdin, worker.process.stdout
    assert stdin is not None  # noqa: S101 -- both are pipes
    assert stdout is not None  # noqa: S101 - tells the type checker
    if worker.known.get(function.name) != function.revision:
        order = f"{json.dumps(function.as_json())}\n{order}"
        worker.known[function.name] = function.revision
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        stdin.write(order.encode())
        await stdin.drain()
    return await stdout.readline()
