"""Requests with a known head: answered without a task if possible, and never confused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from localfront.http_messages.bodies import Body, read_whole
from localfront.http_messages.head_memo import HeadMemo
from localfront.http_messages.messages import Request
from localfront.server.delivery import Delivery, OutgoingResponse
from localfront.server.http_connection import ViewerConnection
from localfront.server.http_server import HttpServer
from localfront.server.repeated_heads import MAX_BYTES
from tests.localfront.factories import a_response
from tests.localfront.wire import CERTIFICATES, PATIENCE, request_bytes

GET = b"GET /a HTTP/1.1\r\nHost: logs.example.com\r\n\r\n"
POST = b"POST /b HTTP/1.1\r\nHost: logs.example.com\r\n"
SLOWLY, AT_ONCE = b"by task", b"at once"


@dataclass(slots=True)
class Both:
    """A handler with both paths to a response, recording which was taken."""

    slowly: list[Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    at_once: list[Request] = field(default_factory=list)
    delivered: list[Delivery] = field(default_factory=list)
    fails: bool = False
    closes: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: Request, body: Body) -> OutgoingResponse:
        self.slowly.append(request)
        self.bodies.append(await read_whole(body))
        await self.gate.wait()
        return OutgoingResponse(a_response(body=SLOWLY), self.delivered.append)

    def respond_at_once(
        self, request: Request, *, head: HeadMemo, max_bytes: int
    ) -> OutgoingResponse | None:
        if self.fails:
            raise RuntimeError("a secret")
        self.at_once.append(request)
        closing = [("Connection", "close")] if self.closes else []
        response = a_response(body=AT_ONCE, headers=closing)
        return OutgoingResponse(response, self.delivered.append) if max_bytes else None


@dataclass(slots=True)
class Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, *wire: bytes) -> bytes:
        """Send bytes in pieces, each read before the next; returns the response's body."""
        for number, piece in enumerate(wire):
            if number:
                await asyncio.sleep(0.05)  # else the system would put them together
            self.writer.write(piece)
        return await self.receive()

    async def receive(self) -> bytes:
        async with asyncio.timeout(PATIENCE):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            return await self.reader.readexactly(length)


@asynccontextmanager
async def connected(both: Both) -> AsyncIterator[Connection]:
    both.gate.set()
    async with HttpServer(
        both.handle, CERTIFICATES, http_port=0, https_port=0, at_once=both.respond_at_once
    ) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.http_port)
        try:
            yield Connection(reader, writer)
        finally:
            writer.close()


async def test_a_repeated_request_head_is_answered_as_soon_as_it_arrives() -> None:
    both = Both()
    async with connected(both) as viewer:
        assert [await viewer.send(GET) for _ in range(3)] == [SLOWLY, AT_ONCE, AT_ONCE]

    assert both.slowly == both.at_once[:1] == both.at_once[1:]
    assert [one.bytes_received for one in both.delivered] == [len(GET)] * 3
    assert both.delivered[1].bytes_sent == both.delivered[0].bytes_sent


async def test_known_header_lines_are_answered_at_once_after_any_request_line() -> None:
    both = Both()
    repeated = GET.replace(b"/a", b"/b/%7Ec//d?e=%20&f")
    async with connected(both) as viewer:
        assert [await viewer.send(wire) for wire in (GET, repeated, repeated)] == [
            SLOWLY,
            AT_ONCE,
            AT_ONCE,
        ]

    assert [(one.uri, one.querystring) for one in both.at_once] == [("/b/%7Ec//d", "e=%20&f")] * 2
    assert both.at_once[0].headers == both.slowly[0].headers
    assert [one.bytes_received for one in both.delivered[1:]] == [len(repeated)] * 2


@pytest.mark.parametrize(
    "line",
    [
        b"GET /a#b HTTP/1.1",
        b"GET /a b HTTP/1.1",
        b"GET /\xc3\xa4 HTTP/1.1",
        b"GET http://other.example.com/ HTTP/1.1",
        b"GET * HTTP/1.1",
        b"GET /a HTTP/1.0",
        b"GET /a HTTP/1.1 ",
        b"HEAD /a HTTP/1.1",
        b"get /a HTTP/1.1",
        b"GET /a RTSP/1.0",
        b"GET /a HTTP/1.1\nX-A: b",
        b"GET /" + b"a" * MAX_BYTES + b" HTTP/1.1",
    ],
    ids=lambda line: line[:30].decode("latin-1"),
)
async def test_known_header_lines_after_another_request_line_give_the_parsers_result(
    line: bytes,
) -> None:
    both = Both()
    async with connected(both) as viewer:
        assert await viewer.send(GET) == SLOWLY
        viewer.writer.write(GET.replace(b"GET /a HTTP/1.1", line))
        async with asyncio.timeout(PATIENCE):
            assert await viewer.reader.readuntil(b"\r\n\r\n")

    assert not both.at_once


async def test_header_lines_after_an_unusual_request_line_are_not_remembered() -> None:
    """Its Host comes before the first bare line break, which other parsers accept."""
    both = Both()
    headless = b"GET /a HTTP/1.1\nHost: logs.example.com\r\nX-A: b\r\n\r\n"
    async with connected(both) as viewer:
        viewer.writer.write(headless)
        await asyncio.sleep(0.05)
    async with connected(both) as viewer:
        viewer.writer.write(b"GET /a HTTP/1.1\r\nX-A: b\r\n\r\n")
        async with asyncio.timeout(PATIENCE):
            head = await viewer.reader.readuntil(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 ")
    assert not both.at_once


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: %d\r\n\r\n" % len(GET) + GET,
        b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(GET), GET),
    ],
    ids=["length", "chunked"],
)
async def test_a_body_that_looks_like_a_request_head_is_a_body(framing: bytes) -> None:
    both = Both()
    before, inside, after = (POST + framing).partition(GET)
    async with connected(both) as viewer:
        await viewer.send(GET)
        pieces = [before, inside, after] if after else [before, inside]
        assert await viewer.send(*pieces) == SLOWLY
        assert await viewer.send(GET) in (SLOWLY, AT_ONCE)

    assert both.bodies[1] == GET
    assert len(both.slowly) + len(both.at_once) == 3


async def test_a_header_that_looks_like_a_request_head_is_a_header() -> None:
    both = Both()
    async with connected(both) as viewer:
        await viewer.send(GET)
        unfinished = b"GET /c HTTP/1.1\r\nX-Words: "
        body = await viewer.send(unfinished, GET)

    assert not both.at_once
    assert body == SLOWLY
    assert both.slowly[-1].uri == "/c"
    assert both.slowly[-1].headers.get("x-words") == "GET /a HTTP/1.1"


async def test_a_request_head_after_an_unfinished_line_is_not_a_request() -> None:
    both = Both()
    async with connected(both) as viewer:
        await viewer.send(GET)
        assert await viewer.send(GET + b"GET /x", b"y HTTP/1.1\r\nHost: logs.example.com\r\n\r\n")
        assert await viewer.receive() == SLOWLY

    assert [request.uri for request in both.slowly] == ["/a", "/a", "/xy"]


async def test_requests_are_answered_in_order_of_arrival() -> None:
    both = Both()
    async with connected(both) as viewer:
        await viewer.send(GET)
        both.gate.clear()
        viewer.writer.write(b"GET /slow HTTP/1.1\r\nX-New: 1\r\nHost: logs.example.com\r\n\r\n")
        await asyncio.sleep(0.05)
        viewer.writer.write(GET)
        await asyncio.sleep(0.05)
        both.gate.set()

        assert [await viewer.receive(), await viewer.receive()] == [SLOWLY, SLOWLY]

    assert [request.uri for request in both.slowly] == ["/a", "/slow", "/a"]


async def test_a_request_after_an_upload_is_answered_too() -> None:
    both = Both()
    upload = POST + b"Content-Length: 2\r\n\r\nhi"
    async with connected(both) as viewer:
        responses = [await viewer.send(wire) for wire in (GET, upload, GET, GET, GET)]

    assert responses[:2] == [SLOWLY, SLOWLY]
    assert responses[-1] == AT_ONCE
    assert both.bodies[1] == b"hi"


@pytest.mark.parametrize(
    "wire",
    [
        request_bytes(b"/a"),
        GET.replace(b"HTTP/1.1", b"HTTP/1.0"),
        GET.replace(b"GET", b"HEAD"),
        GET.replace(b"\r\n\r\n", b"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
        GET.replace(b"logs.example.com", b"a b"),
    ],
    ids=["close", "HTTP/1.0", "HEAD", "upgrade", "no host"],
)
async def test_a_request_that_is_not_a_plain_get_is_never_answered_at_once(wire: bytes) -> None:
    both = Both()
    both.gate.set()
    async with HttpServer(
        both.handle, CERTIFICATES, http_port=0, https_port=0, at_once=both.respond_at_once
    ) as server:
        for _ in range(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.http_port)
            writer.write(wire)
            async with asyncio.timeout(PATIENCE):
                assert await reader.readuntil(b"\r\n\r\n")
            writer.close()

    assert not both.at_once


async def test_an_immediate_response_that_fails_is_repeated_in_a_task(
    caplog: pytest.LogCaptureFixture,
) -> None:
    both = Both(fails=True)
    async with connected(both) as viewer:
        assert [await viewer.send(GET), await viewer.send(GET)] == [SLOWLY, SLOWLY]

    assert "RuntimeError" in caplog.text
    assert "a secret" not in caplog.text


async def test_a_viewer_that_does_not_read_gets_no_immediate_response(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = Both()
    async with connected(both) as viewer:
        assert await viewer.send(GET) == SLOWLY
        monkeypatch.setattr(ViewerConnection, "writing_paused", True)
        assert await viewer.send(GET) == SLOWLY
        monkeypatch.undo()
        assert await viewer.send(GET) == AT_ONCE


async def test_a_response_with_connection_close_closes_the_connection() -> None:
    both = Both(closes=True)
    async with connected(both) as viewer:
        assert [await viewer.send(GET), await viewer.send(GET)] == [SLOWLY, AT_ONCE]
        async with asyncio.timeout(PATIENCE):
            assert await viewer.reader.read() == b""
