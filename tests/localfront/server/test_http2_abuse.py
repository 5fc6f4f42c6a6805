"""Attacks over HTTP/2: the connection ends, and the server continues."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    HeadersFrame,
    PingFrame,
    PriorityFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

from localfront.http_messages.bodies import Body
from localfront.http_messages.messages import Request, Response
from localfront.server.http2_abuse import Allowance
from localfront.server.http_connection import Patience
from tests.localfront.factories import a_response
from tests.localfront.fakes import FakeClock
from tests.localfront.http2_wire import ENHANCE_YOUR_CALM, PREFACE, Viewer, a_viewer
from tests.localfront.server.test_http2 import served
from tests.localfront.wire import Recorder

HEAD = [(":method", "GET"), (":scheme", "https"), (":authority", "logs.example.com")]
Attack = Callable[[Viewer], None]


def frame_of(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return (
        len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload
    )


def fields(*lines: tuple[str, str], stream: int = 1) -> Attack:
    def send(viewer: Viewer) -> None:
        block = viewer.encoded(lines)
        viewer.send(HeadersFrame(stream, data=block, flags=["END_HEADERS", "END_STREAM"]))

    return send


def continuations(viewer: Viewer) -> None:
    viewer.send(HeadersFrame(1, data=viewer.encoded(HEAD)))
    for _ in range(200):
        viewer.send(ContinuationFrame(1, data=b""))


def bomb(viewer: Viewer) -> None:
    """One long field in the table, referenced repeatedly: 4 KB become 16 MB."""
    viewer.send(
        HeadersFrame(
            1,
            data=viewer.encoded([*HEAD, (":path", "/"), ("a", "x" * 4_000)]) + b"\xbe" * 4_000,
            flags=["END_HEADERS", "END_STREAM"],
        )
    )


BROKEN: dict[str, Attack] = {
    "no preface": lambda v: v.send_bytes(b"GET / HTTP/1.1\r\n\r\n" * 3),
    "a preface that breaks off in the middle": lambda v: v.send_bytes(PREFACE[:10] + b"x" * 30),
    "continuations without end": continuations,
    "a header bomb": bomb,
    "an even stream": fields(*HEAD, (":path", "/"), stream=2),
    "no method": fields(*HEAD[1:], (":path", "/")),
    "no path": fields(*HEAD),
    "an empty path": fields(*HEAD, (":path", "")),
    "two methods": fields(HEAD[0], *HEAD, (":path", "/")),
    "an unknown pseudo field": fields(*HEAD, (":path", "/"), (":what", "x")),
    "a pseudo field behind others": fields(*HEAD, ("a", "b"), (":path", "/")),
    "extended CONNECT": fields(*HEAD, (":path", "/"), (":protocol", "websocket")),
    "capitals in a name": fields(*HEAD, (":path", "/"), ("Accept", "x")),
    "a connection field": fields(*HEAD, (":path", "/"), ("connection", "close")),
    "a transfer coding": fields(*HEAD, (":path", "/"), ("transfer-encoding", "chunked")),
    "TE but trailers": fields(*HEAD, (":path", "/"), ("te", "gzip")),
    "data of an idle stream": lambda v: v.send(DataFrame(5, data=b"x")),
    "data of the connection": lambda v: v.send_bytes(frame_of(0, 0, 0, b"x")),
    "a reset of an idle stream": lambda v: v.send(RstStreamFrame(9, error_code=8)),
    "a reset that is too short": lambda v: v.send_bytes(frame_of(3, 0, 1, b"x")),
    "settings of a stream": lambda v: v.send_bytes(frame_of(4, 0, 1, b"")),
    "settings that are too short": lambda v: v.send_bytes(frame_of(4, 0, 0, b"12345")),
    "push from a viewer": lambda v: v.send_bytes(frame_of(5, 4, 1, b"\0\0\0\2")),
    "a ping that is too short": lambda v: v.send_bytes(frame_of(6, 0, 0, b"x")),
    "a ping on a stream": lambda v: v.send_bytes(frame_of(6, 0, 1, b"12345678")),
    "a window opened by nothing": lambda v: v.send_bytes(frame_of(8, 0, 0, b"\0\0\0\0")),
    "a window beyond all": lambda v: v.send(
        WindowUpdateFrame(0, window_increment=2**31 - 1),
        WindowUpdateFrame(0, window_increment=2**31 - 1),
    ),
    "a continuation of nothing": lambda v: v.send(ContinuationFrame(1, data=b"x")),
    "a frame within a head": lambda v: v.send(
        HeadersFrame(1, data=v.encoded(HEAD)), PingFrame(0, opaque_data=b"12345678")
    ),
    "a head that is no HPACK": lambda v: v.send(
        HeadersFrame(1, data=b"\xff\xff\xff\xff\xff\xff", flags=["END_HEADERS", "END_STREAM"])
    ),
    "a frame longer than told": lambda v: v.send_bytes(frame_of(0, 0, 1, b"x" * 70_000)),
    "padding longer than the frame": lambda v: v.send_bytes(frame_of(0, 8, 1, b"\xffx")),
}


@pytest.mark.parametrize("attack", list(BROKEN.values()), ids=list(BROKEN))
@pytest.mark.proves("VP-018")
async def test_a_protocol_error_closes_the_connection_and_reaches_no_handler(
    attack: Attack,
) -> None:
    recorder = Recorder()
    begins = "preface" not in next(name for name, a in BROKEN.items() if a is attack)
    async with served(recorder) as server:
        async with a_viewer(server.https_port, begins=begins) as viewer:
            attack(viewer)
            await viewer.until(lambda: viewer.is_closed or viewer.gone is not None)
        assert recorder.requests == []
        async with a_viewer(server.https_port) as another:
            another.ask(1)
            response = await another.response(1)

    assert response.status == "200"


async def waiting(_: Request, __: Body) -> Response:
    await asyncio.sleep(0)
    return a_response()


def rapid_reset(viewer: Viewer) -> None:
    for number in range(1, 2_001, 2):
        viewer.ask(number)
        viewer.reset(number)


def pings(viewer: Viewer) -> None:
    for _ in range(3_000):
        viewer.ping()


def settings(viewer: Viewer) -> None:
    for _ in range(3_000):
        viewer.send(SettingsFrame(0, settings={}))


def priorities(viewer: Viewer) -> None:
    for _ in range(3_000):
        viewer.send(PriorityFrame(1, depends_on=0, stream_weight=1))


def empty_data(viewer: Viewer) -> None:
    viewer.ask(1, method="POST", ends=False)
    for _ in range(3_000):
        viewer.data(1, b"")


def unknown(viewer: Viewer) -> None:
    for _ in range(3_000):
        viewer.send_bytes(frame_of(0xEE, 0, 0, b"x"))


@pytest.mark.parametrize("attack", [rapid_reset, pings, settings, priorities, empty_data, unknown])
@pytest.mark.proves("VP-018")
async def test_floods_get_enhance_your_calm(attack: Attack) -> None:
    async with served(waiting) as server:
        async with a_viewer(server.https_port) as viewer:
            attack(viewer)
            await viewer.until(lambda: viewer.is_closed or viewer.gone is not None)
            assert viewer.gone == ENHANCE_YOUR_CALM
        async with a_viewer(server.https_port) as another:
            another.ask(1)
            assert (await another.response(1)).status == "200"


async def test_exceeding_the_maximum_of_concurrent_streams_closes_the_connection() -> None:
    never = asyncio.Event()

    async def forever(_: Request, __: Body) -> Response:
        await never.wait()
        return a_response()

    async with served(forever, grace=0.0) as server, a_viewer(server.https_port) as viewer:
        for number in range(200):
            viewer.ask(2 * number + 1)
        await viewer.until(lambda: viewer.gone is not None)
        never.set()

    assert viewer.settings[3] == 128  # MAX_CONCURRENT_STREAMS


@pytest.mark.proves("VP-010")
async def test_a_large_head_reaches_the_pipeline_which_refuses_it() -> None:
    recorder = Recorder()
    async with served(recorder) as server, a_viewer(server.https_port) as viewer:
        viewer.ask(1, lines=[(f"x-{n}", "y" * 4_000) for n in range(10)])
        await viewer.response(1)

    (request,) = recorder.requests
    assert sum(len(name) + len(value) for name, value in request.headers) > 40_000


@pytest.mark.parametrize("authority", ["user@a.test", "a.test:99999", "a b", ""])
@pytest.mark.proves("HO-014")
async def test_an_invalid_host_is_refused_on_its_stream(authority: str) -> None:
    recorder = Recorder()
    async with served(recorder) as server, a_viewer(server.https_port) as viewer:
        viewer.ask(1, authority=authority)
        response = await viewer.response(1)

    assert response.status in ("400", "")  # h2 itself ends a connection for an empty one
    assert recorder.requests == []


async def test_two_hosts_are_refused() -> None:
    recorder = Recorder()
    async with served(recorder) as server, a_viewer(server.https_port) as viewer:
        viewer.ask(1, lines=[("host", "other.example.com")])
        response = await viewer.response(1)

    assert response.status in ("400", "")
    assert recorder.requests == []


async def test_a_connection_without_a_request_is_closed() -> None:
    patience = Patience(head=0.05, body=60.0)
    async with (
        served(Recorder(), patience=patience) as server,
        a_viewer(server.https_port) as viewer,
    ):
        await viewer.until(lambda: viewer.is_closed)

    assert viewer.gone == 0


async def test_a_viewers_disconnection_leaves_no_task_or_stream() -> None:
    begun, left = asyncio.Event(), asyncio.Event()

    async def reading(_: Request, body: Body) -> Response:
        begun.set()
        try:
            assert not isinstance(body, bytes)
            return a_response(body=b"".join([piece async for piece in body]))
        finally:
            left.set()

    async with served(reading) as server:
        async with a_viewer(server.https_port) as viewer:
            viewer.ask(1, method="POST", ends=False)
            await begun.wait()
        await asyncio.wait_for(left.wait(), 5)


def test_a_rate_limit_refills_over_time() -> None:
    clock = FakeClock()
    allowance = Allowance(2, 1, clock)

    assert [allowance.take() for _ in range(3)] == [True, True, False]
    clock.advance(2)
    assert allowance.take()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "a", "400"),
        ("GET", "*", "400"),
        ("GET", "http://elsewhere.example/secret", "400"),
        ("GET", "/a b", "400"),
        ("GET", "/a\tb", "400"),
        ("GET", "/\x7f", "400"),
        ("G ET", "/", "400"),
        ("", "/", "400"),
        ("GET", "//a/\\..?b=[é]", "200"),
        ("OPTIONS", "*", "200"),
    ],
)
@pytest.mark.proves("VP-012")
async def test_pseudo_headers_invalid_in_a_request_line_are_refused(
    method: str, path: str, status: str
) -> None:
    async with served(Recorder()) as server, a_viewer(server.https_port) as viewer:
        viewer.ask(1, path, method=method)
        response = await viewer.response(1)

    assert response.status == status


async def test_a_huge_hpack_table_size_of_a_viewer_is_bounded() -> None:
    async with served(Recorder()) as server, a_viewer(server.https_port) as viewer:
        viewer.allow_table(2**32 - 1)
        viewer.send(SettingsFrame(0, settings={SettingsFrame.HEADER_TABLE_SIZE: 2**32 - 1}))
        viewer.ask(1)
        response = await viewer.response(1)

    assert response.status == "200"
    assert viewer.table_size == 64 * 1024
