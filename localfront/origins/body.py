"""The streamed body of an origin's response."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp

from localfront.origins.answer import Answer
from localfront.origins.failures import BROKE_OFF, NO_ANSWER, in_short
from localfront.origins.kept_connections import OutOfStepError


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

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to come: HEAD, 204, 304, or a length of 0."""
        bodiless = self._method == "HEAD" or self._answer.status in (204, 304)
        return bodiless or self.length == 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while True:
                async with asyncio.timeout_at(self._deadline):
                    piece = await self._answer.content.readany()
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
