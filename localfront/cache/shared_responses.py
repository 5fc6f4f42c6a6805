"""A response being stored, shared with identical requests that arrive meanwhile (CA-027).

No one reader drives it: the first that needs the next chunk fetches it for all, so a slow viewer,
or one that disconnects, delays nobody. When no reader is left the fetch is abandoned (CA-029),
unless the viewer got another response in its place, such as a 304: then it completes in the
background.

Source: CloudFront Developer Guide, "Simultaneous requests for the same object (request collapsing)".
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from localfront.errors import OriginError
from localfront.http_messages.bodies import Body, Stream, close

# Runs work in the background.
Behind = Callable[[Coroutine[Any, Any, None]], object]


class SharedBody:
    """A body that is buffered completely as it arrives, up to a maximum size.

    `on_end` is called once: with the complete body, or with None if it was truncated (CA-028),
    abandoned, or larger than `max_bytes`. In the last case it is still streamed, buffered only
    between its slowest and its fastest reader. `behind` runs a fetch in the background.
    """

    def __init__(
        self,
        source: Stream,
        *,
        max_bytes: int,
        on_end: Callable[[bytes | None], None],
        behind: Behind,
    ) -> None:
        self.length = source.length
        self._source = source
        self._pieces_to_come = aiter(source)
        self._max_bytes = max_bytes
        self._on_end = on_end
        self.behind = behind
        self._pulling = asyncio.Lock()
        self._moved = asyncio.Condition()
        self._held: deque[bytes] = deque()
        self.held_bytes = 0
        self._first = 0  # number of the first buffered chunk
        self._is_complete = False
        self._failure: OriginError | None = None
        self._readers: set[Reader] = set()
        self.is_kept = True

    def reader(self) -> Reader:
        """Add a reader from the start of the body; only while `is_kept`."""
        reader = Reader(self)
        self._readers.add(reader)
        return reader

    async def piece(self, number: int) -> bytes | None:
        """The chunk of that number, None after the last.

        Raises OriginError if the body was truncated.
        """
        while True:
            if number < self._first + len(self._held):
                return self._held[number - self._first]
            async with self._pulling:
                if number >= self._first + len(self._held) and not self._has_ended:
                    await self._pull()
            if self._has_ended and number >= self._first + len(self._held):
                if self._failure is not None:
                    raise self._failure
                return None

    @property
    def _has_ended(self) -> bool:
        return self._is_complete or self._failure is not None

    async def _pull(self) -> None:
        if not self.is_kept:
            await self._room()
        try:
            piece = await anext(self._pieces_to_come, None)
        except OriginError as error:
            self._failure = error
            self._give_up()
            return
        if piece is None:
            self._is_complete = True
            if self.is_kept:
                self.is_kept = False
                self._on_end(b"".join(self._held))
            return
        self._held.append(piece)
        self.held_bytes += len(piece)
        if self.held_bytes > self._max_bytes:
            self._give_up()
            self._let_go()
        elif self.is_kept and self.held_bytes == self.length:
            await self._pull()  # so that it is stored before a reader has all of it

    def _give_up(self) -> None:
        """Stop storing the body; its readers continue."""
        if self.is_kept:
            self.is_kept = False
            self._on_end(None)

    async def _room(self) -> None:
        """Wait for the slowest reader once too much is buffered for it."""
        async with self._moved:
            await self._moved.wait_for(lambda: self.held_bytes <= self._max_bytes)

    async def advanced(self) -> None:
        """Note that a reader advanced or left, which may free chunks."""
        if self.is_kept:
            return
        self._let_go()
        async with self._moved:
            self._moved.notify_all()

    def _let_go(self) -> None:
        needed = min((r.position for r in self._readers), default=None)
        while self._held and (needed is None or self._first < needed):
            self.held_bytes -= len(self._held.popleft())
            self._first += 1

    async def left(self, reader: Reader) -> None:
        self._readers.discard(reader)
        if self._readers:
            await self.advanced()
            return
        self._give_up()
        await self._source.aclose()


class Reader:
    """One viewer's stream of a shared body."""

    def __init__(self, shared_body: SharedBody) -> None:
        self._arrival = shared_body
        self.position = 0  # number of the next chunk

    @property
    def length(self) -> int | None:
        return self._arrival.length

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await self._arrival.piece(self.position)) is not None:
            self.position += 1
            await self._arrival.advanced()
            yield piece

    async def aclose(self) -> None:
        await self._arrival.left(self)

    async def arrive(self) -> None:
        """Read a body that is being stored to its end, for no viewer."""
        try:
            while self._arrival.is_kept and await self._arrival.piece(self.position) is not None:
                self.position += 1
        except OriginError:
            pass  # `on_end` was called
        finally:
            await self.aclose()

    def complete_in_background(self) -> None:
        self._arrival.behind(self.arrive())


async def let_go(body: Body) -> None:
    """Release a body that no viewer reads; one being stored is still read to its end."""
    if isinstance(body, Reader):
        body.complete_in_background()
    else:
        await close(body)
