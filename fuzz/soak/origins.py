"""Origins that misbehave, at changing addresses: localfront remembers addresses with surplus."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from fuzz.soak.conversation import Conversation, target_of
from fuzz.soak.marks import CACHED
from fuzz.soak.misbehaviour import MODES
from harness.processes.ports import LOOPBACK

REMEMBERED = 4000  # closed connections that are kept
STILL_OPEN = 30  # replaced listeners that are kept: the current configuration may name them


@dataclass(slots=True)
class Origins:
    """`ports` are the current ports; `excused` are targets that may get one stray response."""

    ports: list[int] = field(default_factory=list)
    excused: set[str] = field(default_factory=set)
    requests: int = 0
    over_kept: int = 0
    surplus: int = 0
    cacheable: set[bytes] = field(default_factory=set)
    _listeners: list[tuple[socket.socket, asyncio.Task[None]]] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _under_way: set[Conversation] = field(default_factory=set)
    _over: deque[Conversation] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def open(self, number: int) -> None:
        """Listen on this many ports."""
        self.ports = [self._listen() for _ in range(number)]

    def replace(self, index: int) -> None:
        """Move one origin to another port; the old one keeps responding for a while."""
        self.ports[index] = self._listen()
        while len(self._listeners) > len(self.ports) + STILL_OPEN:
            _shut(*self._listeners.pop(0))

    def _listen(self) -> int:
        listener = socket.create_server((LOOPBACK, 0), backlog=512)
        listener.setblocking(False)
        self._listeners.append((listener, asyncio.create_task(self._accept(listener))))
        port: int = listener.getsockname()[1]
        return port

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(listener)
            connection.setblocking(False)
            # Otherwise the next bytes wait here until the next request acknowledges the last ones.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            conversation = Conversation(loop, connection, self.excused)
            task = loop.create_task(self._converse(conversation))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def events_of(self, *about: str) -> list[str]:
        """The events of the connections whose events mention these texts."""
        seen = [*self._over, *self._under_way]
        return [event for conversation in seen for event in conversation.events_about(*about)]

    async def _converse(self, conversation: Conversation) -> None:
        self._under_way.add(conversation)
        try:
            await self._respond_to(conversation)
        finally:
            self.surplus += conversation.surplus
            self._under_way.discard(conversation)
            self._over.append(conversation)

    async def _respond_to(self, conversation: Conversation) -> None:
        with conversation.connection, suppress(OSError):
            while not conversation.is_over:
                head = await conversation.head()
                if head is None:
                    break
                self.requests += 1
                self.over_kept += conversation.responses_sent > 0
                _, folder, mode, _ = target_of(head).split(b"/", 3)
                if folder.startswith(CACHED.encode()):
                    self.cacheable.add(target_of(head))
                await MODES[mode.decode()](conversation, head)
                conversation.responses_sent += 1
        conversation.note("the origin hangs up")

    async def close(self) -> None:
        """Close all connections; a second call does nothing."""
        for listener, accepting in self._listeners:
            _shut(listener, accepting)
        tasks = [*self._tasks, *(accepting for _, accepting in self._listeners)]
        self._listeners.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _shut(listener: socket.socket, accepting: asyncio.Task[None]) -> None:
    # Only after the loop has released it: its number may belong to another socket by then.
    accepting.add_done_callback(lambda _: listener.close())
    accepting.cancel()


@asynccontextmanager
async def misbehaving_origins(number: int) -> AsyncIterator[Origins]:
    origins = Origins()
    origins.open(number)
    try:
        yield origins
    finally:
        await origins.close()
