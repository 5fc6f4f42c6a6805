"""The inspector's port is open before its API is imported: who comes early waits, and is answered."""

from __future__ import annotations

import asyncio

import pytest

from localfront.inspector.server import InspectorPortTakenError, InspectorServer
from tests.localfront.wire import PATIENCE


async def test_who_comes_before_it_serves_is_answered_when_it_does() -> None:
    async with InspectorServer() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % server.port)
        await server.serve({})
        async with asyncio.timeout(PATIENCE):
            head = await reader.readuntil(b"\r\n\r\n")
        writer.close()

    assert head.startswith(b"HTTP/1.1 200 ")


async def test_a_port_that_is_taken_is_told_at_once() -> None:
    async with InspectorServer() as server:
        with pytest.raises(InspectorPortTakenError, match="--inspector-port"):
            await InspectorServer(port=server.port).__aenter__()
