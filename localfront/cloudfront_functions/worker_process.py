"""The worker process for CloudFront Functions: runs one at a time, reports failures as errors.

The event loop never blocks on it. A run that does not end is killed with its worker; the next run
starts a new one.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from dataclasses import dataclass
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


class _Worker(asyncio.SubprocessProtocol):
    """A running worker. It is asked by a line, and replies by one, which resumes who waits for it."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}  # revisions by name
        self.ended = asyncio.get_running_loop().create_future()
        self._transport: asyncio.SubprocessTransport
        self._orders: asyncio.WriteTransport
        self._received: list[bytes] = []
        self._size = 0
        self._replies = True
        self._reply: Prompt[bytes] | None = None

    @classmethod
    async def start(cls) -> _Worker:
        loop = asyncio.get_running_loop()
        _, worker = await loop.subprocess_exec(
            cls, *_START, stdin=PIPE, stdout=PIPE, stderr=None, env={}
        )
        return worker

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.SubprocessTransport)  # noqa: S101 -- for the types
        self._transport = transport
        orders = transport.get_pipe_transport(0)
        assert isinstance(orders, asyncio.WriteTransport)  # noqa: S101 -- for the types
        self._orders = orders

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._received.append(data)
        self._size += len(data)
        if data.endswith(b"\n"):
            self._reply_came()
        elif self._size > _MAX_ANSWER_BYTES:
            self._transport.kill()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == 1:
            self._replies = False
            self._reply_came()

    def process_exited(self) -> None:
        self.ended.set_result(None)

    async def ask(self, order: str) -> bytes:
        """The line of the reply, without its end if the worker ended instead."""
        reply = self._reply = Prompt()
        if not self._replies:
            return b""
        self._orders.write(order.encode())
        return await reply

    async def end(self) -> None:
        if not self.ended.done():
            self._transport.kill()
        await asyncio.shield(self.ended)
        self._transport.close()

    def _reply_came(self) -> None:
        told, self._received, self._size = b"".join(self._received), [], 0
        reply, self._reply = self._reply, None
        if reply is not None and not reply.done():
            reply.set_result(told)


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
            if self._worker and self._worker.ended.done():
                self._worker = None  # it was killed from outside
            worker = self._worker = self._worker or await _Worker.start()
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
        if worker is not None:
            await worker.end()


async def _asked(worker: _Worker, function: Runnable, order: str) -> bytes:
    if worker.known.get(function.name) != function.revision:
        order = f"{json.dumps(function.as_json())}\n{order}"
        worker.known[function.name] = function.revision
    return await worker.ask(order)
