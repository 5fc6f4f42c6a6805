"""Requests begun before the connection's task: in order, for the right viewer, never lost."""

from __future__ import annotations

import asyncio
import gc

import pytest

from localfront.server.http_connection import ViewerConnection
from tests.localfront.server.begun_requests import (
    GET,
    OTHER,
    Begun,
    Viewer,
    begin,
    begun_on,
    read_by_the_server,
    serving,
    viewing,
)
from tests.localfront.wire import PATIENCE


async def test_a_request_begins_without_a_task_as_soon_as_it_arrives() -> None:
    begun = Begun()
    async with begun_on(begun) as viewer:
        begun.release()
        assert await viewer.receive_body() == f"/a for {viewer.port}"
        viewer.send(OTHER)
        assert await viewer.receive_body() == f"/other for {viewer.port}"

    assert begun.ways == ["/a by task", "/a begun", "/other by task"]
    first, second = begun.delivered.get_nowait(), begun.delivered.get_nowait()
    assert (second.bytes_received, second.bytes_sent) == (len(GET), first.bytes_sent)
    assert (second.aborted, second.seconds >= second.seconds_to_first_byte > 0) == ("", True)


async def test_each_viewer_gets_its_own_response_in_any_order() -> None:
    begun = Begun()
    async with serving(begun) as server, viewing(server) as one, viewing(server) as two:
        await begin(begun, one)
        begun.has_begun.clear()
        two.send(GET)
        async with asyncio.timeout(PATIENCE):
            await begun.has_begun.wait()
        begun.waiting[two.port].set_result(None)
        assert await two.receive_body() == f"/a for {two.port}"
        begun.waiting[one.port].set_result(None)
        assert await one.receive_body() == f"/a for {one.port}"


@pytest.mark.parametrize("pieces", [1, 2], ids=["whole", "in two pieces"])
async def test_pipelined_requests_are_answered_in_order(pieces: int) -> None:
    begun = Begun()
    async with begun_on(begun) as viewer:
        wire = OTHER + GET.replace(b"/a", b"/third")
        viewer.send(wire[:30] if pieces == 2 else wire)
        await read_by_the_server()
        if pieces == 2:
            viewer.send(wire[30:])
        begun.release()
        bodies = [await viewer.receive_body() for _ in range(3)]

    assert bodies == [f"{uri} for {viewer.port}" for uri in ("/a", "/other", "/third")]


async def test_a_pipelined_repetition_of_the_same_head_waits_its_turn() -> None:
    begun = Begun()
    async with begun_on(begun) as viewer:
        viewer.send(GET)
        await read_by_the_server()
        assert begun.ways == ["/a by task", "/a begun"]
        begun.release()
        assert [await viewer.receive_body() for _ in "12"] == [f"/a for {viewer.port}"] * 2


async def test_the_beginning_of_a_pipelined_head_is_not_lost() -> None:
    begun = Begun()
    async with begun_on(begun) as viewer:
        viewer.send(OTHER[:20])
        await read_by_the_server()
        begun.release()
        assert await viewer.receive_body() == f"/a for {viewer.port}"
        viewer.send(OTHER[20:])
        assert await viewer.receive_body() == f"/other for {viewer.port}"


async def test_pipelined_garbage_is_refused_after_the_response() -> None:
    begun = Begun()
    async with begun_on(begun) as viewer:
        viewer.send(b"no request at all\r\n\r\n")
        await read_by_the_server()
        begun.release()
        assert await viewer.receive_body() == f"/a for {viewer.port}"
        head, _ = await viewer.receive()

    assert head.startswith(b"HTTP/1.1 400 ")
    assert begun.delivered.qsize() == 2


async def test_a_viewer_that_only_sends_is_read_up_to_a_limit() -> None:
    begun = Begun()
    async with begun_on(begun) as viewer:
        async with asyncio.timeout(PATIENCE):
            while viewer.writer.transport.get_write_buffer_size() < 1_000_000:
                viewer.send(OTHER * 1000)
                await asyncio.sleep(0)
        begun.release()
        assert await viewer.receive_body() == f"/a for {viewer.port}"
        assert await viewer.receive_body() == f"/other for {viewer.port}"


async def test_the_request_of_a_disconnected_viewer_is_still_served_and_logged() -> None:
    begun = Begun()
    async with serving(begun) as server:
        async with viewing(server) as viewer:
            await begin(begun, viewer)
        await read_by_the_server()
        begun.release()
        async with asyncio.timeout(PATIENCE):
            _, delivery = await begun.delivered.get(), await begun.delivered.get()

    assert (delivery.aborted, delivery.bytes_sent) == ("before the response", 0)


async def test_a_connection_with_a_request_in_progress_is_not_idle() -> None:
    begun = Begun()
    async with serving(begun) as server, viewing(server) as viewer:
        await begin(begun, viewer)
        connection = _connection_of(viewer)
        connection._next_keepalive_close_time = 0.0
        connection._process_keepalive()
        begun.release()
        assert await viewer.receive_body() == f"/a for {viewer.port}"
        connection._next_keepalive_close_time = 0.0
        connection._process_keepalive()
        async with asyncio.timeout(PATIENCE):
            assert await viewer.reader.read() == b""


def _connection_of(viewer: Viewer) -> ViewerConnection:
    connections = (one for one in gc.get_objects() if isinstance(one, ViewerConnection))
    return next(one for one in connections if one.peer.port == viewer.port)


async def test_the_last_response_before_shutdown_has_connection_close() -> None:
    begun = Begun()
    async with serving(begun) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.http_port)
        viewer = Viewer(reader, writer)
        await begin(begun, viewer)
        ending = asyncio.create_task(server.__aexit__(None, None, None))
        await read_by_the_server()
        begun.release()
        head, body = await viewer.receive()
        async with asyncio.timeout(PATIENCE):
            assert await reader.read() == b""
            await ending
        writer.close()

    assert b"Connection: close" in head
    assert body == f"/a for {viewer.port}".encode()


async def test_an_unfinished_response_is_cancelled_at_shutdown() -> None:
    begun = Begun()
    async with serving(begun, grace=0.1) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.http_port)
        await begin(begun, Viewer(reader, writer))
        async with asyncio.timeout(PATIENCE):
            await server.__aexit__(None, None, None)
            assert await reader.read() == b""
            await begun.cancelled.wait()
        writer.close()


async def test_the_head_of_an_upgrade_request_is_not_remembered() -> None:
    begun = Begun()
    wire = GET.replace(b"\r\n\r\n", b"\r\nUpgrade: h2c\r\n\r\n")
    async with serving(begun) as server:
        for _ in range(2):
            async with viewing(server) as viewer:
                viewer.send(wire)
                assert b"Connection: close" in (await viewer.receive())[0]

    assert begun.ways == ["/a by task"] * 2
