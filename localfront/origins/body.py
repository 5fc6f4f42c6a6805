"""The streamed body of an origin's response."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import TypeVar

import aiohttp

from localfront.exchange.eager import in_a_task
from localfront.origins.failures import BROKE_OFF, NO_RESPONSE, in_short
from localfront.origins.kept_connections import OutOfStepError
from localfront.origins.origin_response import OriginResponse
from localfront.origins.whole_response import HELD_BYTES

Result = TypeVar("Result")


async def in_time(awaited: Awaitable[Result], deadline: float | None) -> Result:
    """Await with a deadline in loop time. Raises TimeoutError."""
    if deadline is None:  # the usual case; a time-out costs time even if unused
        return await awaited
    await in_a_task()
    async with asyncio.timeout_at(deadline):
        return await awaited


class OriginBody:
    """The body of a response; `origin_name` names the origin in messages.

    `deadline` is the loop time by which it has to be complete (OG-005).
    """

    def __init__(
        self, response: OriginResponse, method: str, origin_name: str, *, deadline: float | None
    ) -> None:
        self._response = response
        self._method = method
        self._origin_name = origin_name
        self._deadline = deadline

    @property
    def length(self) -> int | None:
        return self._response.length

    def at_hand(self) -> bytes | None:
        """The body, if it is empty (HEAD, 204, 304, length 0) or small and received; else None."""
        response, length = self._response, self._response.length
        if self._method == "HEAD" or response.status in (204, 304) or length == 0:
            return b""
        content = response.content
        if length is None or length > HELD_BYTES or not content.is_eof():
            return None
        return content.read_nowait() if content.exception() is None else None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while True:
                piece = await in_time(self._response.content.readany(), self._deadline)
                # A waiting reader gets its chunk, whatever was detected meanwhile.
                if isinstance(error := self._response.content.exception(), OutOfStepError):
                    raise error
                if not piece:
                    return
                yield piece
        except (TimeoutError, aiohttp.ServerTimeoutError) as error:
            raise NO_RESPONSE.error(self._origin_name, "stopped before its end") from error
        except (aiohttp.ClientError, OSError) as error:  # CA-028
            problem = f"broke off before its end: {in_short(error)}"
            raise BROKE_OFF.error(self._origin_name, problem) from error

    async def aclose(self) -> None:
        """Keep the connection if everything was read, otherwise close it."""
        self._response.let_go()
