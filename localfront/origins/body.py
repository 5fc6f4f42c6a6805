"""The streamed body of an origin's response."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import TypeVar

import aiohttp

from localfront.origins.answer import Answer
from localfront.origins.failures import BROKE_OFF, NO_ANSWER, in_short
from localfront.origins.kept_connections import OutOfStepError
from localfront.origins.whole_answer import HELD_BYTES

Result = TypeVar("Result")


async def in_time(awaited: Awaitable[Result], deadline: float | None) -> Result:
    """What comes of it until that time of the loop's. Raises TimeoutError where nothing does."""
    if (
        deadline is None
    ):  # most often by far, and a time-out costs something even where there is none
        return await awaited
    async with asyncio.timeout_at(deadline):
        return await awaited


class OriginBody:
    """Reads an answer to a request of that method; `who` names the origin in messages.

    `deadline` is the loop's time by which the whole of it has to be there (OG-005).
    """

    def __init__(self, answer: Answer, method: str, who: str, *, deadline: float | None) -> None:
        self._answer = answer
        self._method = method
        self._who = who
        self._deadline = deadline

    @property
    def length(self) -> int | None:
        return self._answer.length

    def at_hand(self) -> bytes | None:
        """The whole of it where there is nothing to come (HEAD, 204, 304, a length of 0), or where
        a small one has come with its head; else None.
        """
        answer, length = self._answer, self._answer.length
        if self._method == "HEAD" or answer.status in (204, 304) or length == 0:
            return b""
        content = answer.content
        if length is None or length > HELD_BYTES or not content.is_eof():
            return None
        return content.read_nowait() if content.exception() is None else None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while True:
                piece = await in_time(self._answer.content.readany(), self._deadline)
                # Who waited for a piece gets it, whatever became known in the meantime.
                if isinstance(error := self._answer.content.exception(), OutOfStepError):
                    raise error
                if not piece:
                    return
                yield piece
        except (TimeoutError, aiohttp.ServerTimeoutError) as error:
            raise NO_ANSWER.error(self._who, "stopped in the middle") from error
        except (aiohttp.ClientError, OSError) as error:  # CA-028
            what = f"broke off in the middle: {in_short(error)}"
            raise BROKE_OFF.error(self._who, what) from error

    async def aclose(self) -> None:
        """Keep the connection when all has been read, else hang up."""
        self._answer.let_go()
