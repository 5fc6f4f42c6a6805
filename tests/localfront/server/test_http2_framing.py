"""Checks beyond h2's: GOAWAY from a viewer, and content lengths."""

from __future__ import annotations

import asyncio

import pytest
from hyperframe.frame import GoAwayFrame

from localfront.http_messages.bodies import Body, read_whole
from localfront.http_messages.messages import Request, Response
from tests.localfront.factories import a_response
from tests.localfront.http2_wire import a_viewer
from tests.localfront.server.test_http2 import served
from tests.localfront.wire import Recorder


@pytest.mark.proves("VP-019")
async def test_after_a_viewers_goaway_its_open_streams_are_answered() -> None:
    received, may_go = asyncio.Event(), asyncio.Event()

    async def slow(_: Request, body: Body) -> Response:
        received.set()
        await may_go.wait()
        return a_response(body=await read_whole(body) + b"x" * 100_000)

    async with served(slow) as server, a_viewer(server.https_port) as viewer:
        viewer.ask(1, method="POST", ends=False)
        await received.wait()
        viewer.send(GoAwayFrame(0, last_stream_id=0))
        viewer.data(1, b"late", ends=True)
        viewer.ask(3)
        await viewer.until(lambda: viewer.gone is not None and viewer.stream(3).over)
        may_go.set()
        response = await viewer.response(1)
        await viewer.until(lambda: viewer.is_closed)

    assert (response.status, response.body[:6], len(response.body)) == ("200", b"latexx", 100_004)
    assert (viewer.gone, viewer.stream(3).reset) == (0, 7)  # REFUSED_STREAM


async def test_a_viewers_goaway_with_an_error_closes_the_connection() -> None:
    never = asyncio.Event()

    async def forever(_: Request, __: Body) -> Response:
        await never.wait()
        return a_response()

    async with served(forever, grace=0.0) as server, a_viewer(server.https_port) as viewer:
        viewer.ask(1)
        viewer.send(GoAwayFrame(0, error_code=1))
        await viewer.until(lambda: viewer.is_closed)
        never.set()

    assert not viewer.stream(1).lines


@pytest.mark.parametrize("lengths", [["3", "3"], ["3", "4"], ["3_0"], ["+3"], ["0x3"], ["3, 3"]])
@pytest.mark.proves("VP-019")
async def test_an_invalid_or_repeated_content_length_is_malformed(lengths: list[str]) -> None:
    recorder = Recorder()
    async with served(recorder) as server, a_viewer(server.https_port) as viewer:
        lines = [("content-length", length) for length in lengths]
        viewer.ask(1, method="POST", lines=lines, ends=False)
        viewer.data(1, b"abc", ends=True)
        response = await viewer.response(1)

    assert response.status in ("400", "")  # h2 itself ends a connection for some
    assert recorder.requests == []
