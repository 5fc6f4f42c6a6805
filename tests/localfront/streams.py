"""Streamed bodies for tests: read them whole, or observe how they are read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace

from localfront.errors import OriginError
from localfront.http_messages.bodies import read_whole
from localfront.http_messages.messages import Response


async def whole(response: Response) -> Response:
    """The response with its body read."""
    return replace(response, body=await read_whole(response.body))


@dataclass(slots=True)
class Pieces:
    """A body under the test's control that records how far it was read and whether it was closed.

    With `gate` each piece waits until the test lets it go; `broken` ends it with an error.
    """

    parts: Sequence[bytes]
    length: int | None = None
    gate: asyncio.Semaphore | None = None
    broken: OriginError | None = None
    read: int = 0
    closed: bool = False
    waiting: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            if self.gate is not None:
                self.waiting.set()
                await self.gate.acquire()
            self.read += 1
            yield part
        if self.broken is not None:
            raise self.broken

    async def aclose(self) -> None:
        self.closed = True
