"""Message bodies: in memory, or streamed.

A streamed body is read once, in chunks, so that it does not fill memory, and is closed by its last
reader, even before its end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol


class Stream(Protocol):
    """A streamed body. `length` in bytes, None if unknown."""

    @property
    def length(self) -> int | None: ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The chunks, none empty. Raises OriginError if the body is truncated."""

    async def aclose(self) -> None:
        """Release the source. May be called more than once."""


Body = bytes | Stream


async def pieces(body: Body) -> AsyncIterator[bytes]:
    """The chunks of any body."""
    if isinstance(body, bytes):
        if body:
            yield body
        return
    async for piece in body:
        yield piece


async def read_whole(body: Body) -> bytes:
    """Read the body into memory; only for bodies known to be small."""
    if isinstance(body, bytes):
        return body
    try:
        return b"".join([piece async for piece in body])
    finally:
        await body.aclose()


async def close(body: Body) -> None:
    if not isinstance(body, bytes):
        await body.aclose()


async def beginning(body: Body, size: int) -> tuple[bytes, Body]:
    """Up to `size` first bytes of a body, and the body, still unread."""
    if isinstance(body, bytes):
        return body, body
    read: list[bytes] = []
    rest = aiter(body)
    while sum(map(len, read)) < size:
        try:
            read.append(await anext(rest))
        except StopAsyncIteration:
            whole = b"".join(read)
            return whole, whole
    return b"".join(read), _Resumed(body, tuple(read), rest)


class _Resumed:
    """A body whose first chunks were read ahead."""

    def __init__(self, source: Stream, read: tuple[bytes, ...], rest: AsyncIterator[bytes]) -> None:
        self._source = source
        self._read = read
        self._rest = rest

    @property
    def length(self) -> int | None:
        return self._source.length

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._read:
            yield piece
        async for piece in self._rest:
            yield piece

    async def aclose(self) -> None:
        await self._source.aclose()
