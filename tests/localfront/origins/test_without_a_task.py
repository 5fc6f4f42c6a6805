"""Requests sent without a task, on reused connections; those with a time-out need one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from localfront.errors import OriginError
from localfront.exchange.eager import Eager
from localfront.http_messages.messages import Request
from localfront.origins.client import OriginClient
from tests.localfront.factories import a_request
from tests.localfront.origin_server import SILENCE, OriginServer, saying
from tests.localfront.streams import whole

PATIENCE = 10  # seconds, before a test that hangs fails


async def needs_a_task(
    client: OriginClient, server: OriginServer, request: Request, **origin: Any
) -> bool:
    """Whether the request was answered in a task."""

    async def in_a_task() -> bool:
        response = await client.send(f"{server.url}/", request, b"", server.origin(**origin))
        await whole(response)
        return asyncio.current_task() is not None

    begun = Eager(in_a_task(), lambda: None)
    asyncio.get_running_loop().call_soon(begun.begin)
    async with asyncio.timeout(PATIENCE):
        return await begun.wait()


async def test_a_kept_connection_needs_no_task_and_a_new_one_does(client: OriginClient) -> None:
    async with OriginServer(keeps_alive=True) as server:
        found = [await needs_a_task(client, server, a_request()) for _ in range(3)]
        assert server.connections == 1

    assert found == [True, False, False]


@pytest.mark.parametrize(
    ("request_", "origin"),
    [
        (a_request(), {"response_completion_timeout": 5}),
        (a_request(method="POST"), {}),
        (a_request(headers=[("Upgrade", "websocket"), ("Connection", "Upgrade")]), {}),
    ],
    ids=["response completion timeout", "a connection of its own", "websocket"],
)
async def test_a_request_with_a_completion_timeout_needs_a_task(
    client: OriginClient, request_: Request, origin: Any
) -> None:
    async with OriginServer(keeps_alive=True) as server:
        await needs_a_task(client, server, a_request())
        assert await needs_a_task(client, server, request_, **origin)


async def test_a_read_timeout_works_without_a_task(client: OriginClient) -> None:
    async with OriginServer(saying(), SILENCE, keeps_alive=True) as server:
        await needs_a_task(client, server, a_request())
        with pytest.raises(OriginError) as overdue:
            await needs_a_task(client, server, a_request(), read_timeout=0.1, connection_attempts=1)

    assert overdue.value.status == 504
