"""A request body from DATA frames (RFC 9113, 5.2 and 6.9).

Only what was read is acknowledged, so that at most a window of data is buffered.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from localfront.server.malformed_requests import upload_overdue
from localfront.server.upload import ViewerGoneError, ViewerUpload


class Http2Upload(ViewerUpload):
    """A body as it arrives.

    `length` is the declared Content-Length. `acknowledge` reopens the windows by a number of bytes;
    `ask` sends 100 Continue.
    """

    def __init__(
        self,
        length: int | None,
        *,
        acknowledge: Callable[[int], None],
        ask: Callable[[], None],
        seconds: float,
    ) -> None:
        super().__init__(seconds=seconds)
        self.length = length
        self._acknowledge = acknowledge
        self._ask = ask
        self._held: deque[tuple[bytes, int]] = deque()
        self._came = asyncio.Event()
        self.is_whole = False
        self._is_broken = False

    def feed(self, data: bytes, size: int) -> None:
        """Take a DATA frame. `size` is its flow-controlled length, padding included."""
        if data and not self._is_broken:
            self._held.append((data, size))
            self._came.set()
        else:
            self._acknowledge(size)

    def end(self) -> None:
        self.is_whole = True
        self._came.set()

    def give_up(self) -> None:
        """Discard the rest, and return its share of the connection's window."""
        self._is_broken = True
        while self._held:
            self._acknowledge(self._held.popleft()[1])
        self._came.set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self._ask()
        while True:
            while self._held:
                data, size = self._held.popleft()
                self.read += len(data)
                self._acknowledge(size)
                yield data
            if self._is_broken:
                raise ViewerGoneError("the viewer's upload broke off")
            if self.is_whole:
                return
            await self._next()

    async def _next(self) -> None:
        self._came.clear()
        try:
            async with asyncio.timeout(self.seconds):
                await self._came.wait()
        except TimeoutError as error:
            self.fault = upload_overdue(self.seconds)
            self.give_up()
            raise ViewerGoneError("the viewer's upload stopped") from error

    async def aclose(self) -> None:
        """Discard what is left."""
