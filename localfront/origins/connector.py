"""Connections to origins, without a limit of their number, opened in a task."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import aiohttp
from aiohttp.client_proto import ResponseHandler

from localfront.exchange.eager import in_a_task

if TYPE_CHECKING:
    from aiohttp.client import ClientTimeout
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.tracing import Trace


class Connector(aiohttp.TCPConnector):
    """aiohttp's connector with a protocol of ours."""

    def __init__(self, protocol: type[ResponseHandler]) -> None:
        super().__init__(limit=0)
        self._factory = partial(protocol, self._loop)

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 -- aiohttp's
    ) -> aiohttp.connector.Connection:
        await in_a_task()  # aiohttp's time-out needs one
        return await super().connect(req, traces, timeout)
