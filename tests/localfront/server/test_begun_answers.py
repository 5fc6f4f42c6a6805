"""Responses to requests begun before the connection's task are sent completely."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from localfront.exchange.eager import in_a_task
from localfront.http_messages.messages import Request, Response
from localfront.server.http_connection import ViewerConnection
from localfront.server.http_writing import ONE_PACKET
from tests.localfront.factories import a_response
from tests.localfront.server.begun_requests import (
    OTHER,
    Begun,
    begun_on,
)
from tests.localfront.streams import Pieces
from tests.localfront.wire import PATIENCE


async def fails(_: Request) -> Response:
    raise RuntimeError("a secret")


async def breaks_a_line(_: Request) -> Response:
    return a_response(headers=[("X-A", "a\r\nX-B: b")])


@pytest.mark.parametrize("respond", [fails, breaks_a_line])
async def test_a_handler_error_gives_a_5xx_without_its_details(
    respond: Callable[[Request], Awaitable[Response]], caplog: pytest.LogCaptureFixture
) -> None:
    begun = Begun(respond)
    async with begun_on(begun) as viewer:
        begun.release()
        head, body = await viewer.receive()

    assert head.startswith(b"HTTP/1.1 50")
    assert b"a secret" not in body
    assert b"X-B" not in head


async def large(_: Request) -> Response:
    return a_response(body=b"a" * (ONE_PACKET + 1))


async def in_pieces(_: Request) -> Response:
    return a_response(body=Pieces([b"a" * ONE_PACKET, b"a"], length=ONE_PACKET + 1))


async def of_a_task(_: Request) -> Response:
    await in_a_task()
    async with asyncio.timeout(PATIENCE):
        await asyncio.sleep(0)
    return a_response(body=b"a" * (ONE_PACKET + 1))


@pytest.mark.parametrize("respond", [large, in_pieces, of_a_task])
async def test_a_response_of_several_writes_is_sent_completely(
    respond: Callable[[Request], Awaitable[Response]],
) -> None:
    begun = Begun(respond)
    async with begun_on(begun) as viewer:
        begun.release()
        head, body = await viewer.receive()
        viewer.send(OTHER)
        assert await viewer.receive_body() == f"/other for {viewer.port}"

    assert head.startswith(b"HTTP/1.1 200 ")
    assert body == b"a" * (ONE_PACKET + 1)


async def test_a_response_with_connection_close_closes_the_connection() -> None:
    async def closing(_: Request) -> Response:
        return a_response(headers=[("Connection", "close")])

    begun = Begun(closing)
    async with begun_on(begun) as viewer:
        begun.release()
        await viewer.receive()
        async with asyncio.timeout(PATIENCE):
            assert await viewer.reader.read() == b""


async def test_nothing_is_sent_at_once_to_a_viewer_that_does_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = Begun()
    async with begun_on(begun) as viewer:
        monkeypatch.setattr(ViewerConnection, "writing_paused", True)
        taken = asyncio.Event()
        monkeypatch.setattr(ViewerConnection, "take_begun", _noting(taken))
        begun.release()
        assert await viewer.receive_body() == f"/a for {viewer.port}"

    assert taken.is_set()


def _noting(taken: asyncio.Event) -> Callable[[ViewerConnection], object]:
    take = ViewerConnection.take_begun

    def noted(connection: ViewerConnection) -> object:
        taken.set()
        return take(connection)

    return noted
