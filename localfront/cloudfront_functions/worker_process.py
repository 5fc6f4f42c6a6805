"""The worker process for CloudFront Functions: runs one at a time, reports failures as errors.

The event loop never blocks on it. A run that does not end is killed with its worker; the next run
starts a new one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
from asyncio.subprocess import Process
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
from localfront.exchange.eager import Prompt
from localfront.sources.key_value_store import KeyValueStore

_MAX_REPLY_BYTES = 64 * 1024 * 1024  # 2 MB of text, in any JSON escaping
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


class _Channel(asyncio.Protocol):
    """The connection to the worker. Each line gets one in reply, which resumes the waiting run."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._pieces: list[bytes] = []
        self._size = 0
        self._is_open = True
        self._reply: Prompt[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- for the types
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._pieces.append(data)
        self._size += len(data)
        if data.endswith(b"\n"):
            self._resume()
        elif self._size > _MAX_REPLY_BYTES:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_open = False
        self._resume()

    async def exchange(self, order: str) -> bytes:
        """The reply's line, without its end if the worker ended instead."""
        reply = self._reply = Prompt()
        if not self._is_open:
            return b""
        self._transport.write(order.encode())
        return await reply

    def close(self) -> None:
        self._transport.abort()

    def _resume(self) -> None:
        line, self._pieces, self._size = b"".join(self._pieces), [], 0
        reply, self._reply = self._reply, None
        if reply is not None and not reply.done():
            reply.set_result(line)


@dataclass(slots=True)
class _Worker:
    process: Process
    channel: _Channel
    revisions: dict[str, str] = field(default_factory=dict)  # by name


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
                result = await _reply_to(worker, function, order)
            except BaseException:  # also when the viewer left, possibly during a run
                await self._discard()
                raise
            if result.endswith(b"\n"):
                return read_reply(result)
            await self._discard()
            return RunResult(error=ENDED)

    async def close(self) -> None:
        async with self._turn:
            await self._discard()

    async def _discard(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.channel.close()
        with contextlib.suppress(ProcessLookupError):
            worker.process.kill()
        await worker.process.wait()


async def _start() -> _Worker:
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *_START, stdin=theirs.fileno(), stdout=theirs.fileno(), env={}
            )
        loop = asyncio.get_running_loop()
        _, channel = await loop.create_connection(_Channel, sock=ours)
    except BaseException:
        ours.close()  # which ends the process
        raise
    return _Worker(process, channel)


async def _reply_to(worker: _Worker, function: Runnable, order: str) -> bytes:
    if worker.revisions.get(function.name) != function.revision:
        order = f"{json.dumps(function.as_json())}\n{order}"
        worker.revisions[function.name] = function.revision
    return await worker.channel.exchange(order)
