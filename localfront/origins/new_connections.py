"""Connections for a single request: for requests that must not be retried, and for retries."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

import aiohttp
from aiohttp.client_proto import ResponseHandler

from localfront.exchange.eager import in_a_task
from localfront.origins.whole_answer import WholeAnswers

if TYPE_CHECKING:
    from aiohttp.client import ClientTimeout
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.tracing import Trace


class SingleUse(WholeAnswers):
    """A connection for one request."""

    @property
    def should_close(self) -> bool:
        return True


class NewConnections(aiohttp.TCPConnector):
    """A new connection for each request. (`force_close` would add a header.)"""

    def __init__(self) -> None:
        super().__init__(limit=0)
        made = partial(SingleUse, self._loop)
        self._factory = cast("partial[ResponseHandler]", made)

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 -- aiohttp's
    ) -> aiohttp.connector.Connection:
        await in_a_task()  # for the time-out
        return await super().connect(req, traces, timeout)
