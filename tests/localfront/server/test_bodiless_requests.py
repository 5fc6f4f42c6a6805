"""Requests without a body on one connection: in order, concurrently, with back-pressure."""

from __future__ import annotations

import asyncio
import socket

import pytest

from tests.localfront.factories import a_response
from tests.localfront.wire import PATIENCE, Recorder, exchange, parsed, request_bytes, serving

UPLOAD = b"POST /b HTTP/1.1\r\nHost: logs.example.com\r\nContent-Length: 5\r\n\r\nhello"
GET = b"GET /a HTTP/1.1\r\nHost: logs.example.com\r\n\r\n"


@pytest.mark.parametrize("kept", [GET + UPLOAD + GET, UPLOAD + GET + UPLOAD])
async def test_uploads_and_other_requests_can_alternate_on_a_connection(kept: bytes) -> None:
    recorder = Recorder(a_response(body=b"here"))

    async with serving(recorder) as server:
        wire = await exchange(server.http_port, kept + request_bytes(b"/last"))

    assert wire.count(b"HTTP/1.1 200 OK\r\n") == 4
    uploads = kept.count(b"hello")
    assert sorted(recorder.bodies) == [b""] * (4 - uploads) + [b"hello"] * uploads
    assert recorder.requests[-1].uri == "/last"


async def test_a_client_that_does_not_read_delays_only_itself() -> None:
    count = 400
    recorder = Recorder(a_response(body=b"x" * 60_000))
    async with serving(recorder) as server, asyncio.timeout(6 * PATIENCE):
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", server.http_port))
        deaf.sendall(GET * count)
        for _ in range(count):  # each takes a turn of the deaf one's, and more
            reply = parsed(await exchange(server.http_port, request_bytes(b"/b")))
            assert reply.status == 200
        deaf.close()

    taken = [request.uri for request in recorder.requests].count("/a")
    assert 0 < taken < count
