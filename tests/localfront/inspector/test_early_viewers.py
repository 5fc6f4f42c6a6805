"""The inspector's port opens before its API is imported: early requests wait for it."""

from __future__ import annotations

import asyncio

import pytest

from localfront.inspector.server import InspectorPortTakenError, InspectorServer
from tests.localfront.wire import PATIENCE


async def test_a_connection_before_startup_is_served_after_it() -> None:
    async with InspectorServer() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % server.port)
        await server.serve({})
        async with asyncio.timeout(PATIENCE):
            head = await reader.readuntil(b"\r\n\r\n")
        writer.close()

    assert head.startswith(b"HTTP/1.1 200 ")


async def test_a_port_in_use_is_reported_at_once() -> None:
    async with InspectorServer() as server:
        with pytest.raises(InspectorPortTakenError, match="--inspector-port"):
            await InspectorServer(port=server.port).__aenter__()
