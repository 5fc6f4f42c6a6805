"""Malformed requests: the right status, and a server that continues."""

from __future__ import annotations

import pytest

from localfront.config.distribution import ViewerProtocolPolicy
from localfront.http_messages.bodies import Body
from localfront.http_messages.messages import Request, Response
from tests.localfront.factories import (
    a_response,
)
from tests.localfront.wire import (
    Recorder,
    exchange,
    parsed,
    request_bytes,
    serving,
    through_the_pipeline,
)


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(a_response(headers=[("Location", "/\r\nSet-Cookie: forged=1")]), id="value"),
        pytest.param(a_response(headers=[("Location", "/\nSet-Cookie: forged=1")]), id="newline"),
        pytest.param(a_response(headers=[("X\r\nSet-Cookie", "forged=1")]), id="name"),
        pytest.param(a_response(reason="OK\r\nSet-Cookie: forged=1"), id="reason"),
        pytest.param(a_response(reason="OK\nSet-Cookie: forged=1"), id="reason newline"),
        pytest.param(a_response(reason="OK\rSet-Cookie: forged=1"), id="reason return"),
    ],
)
async def test_a_line_break_in_a_header_or_reason_cannot_inject_a_header(
    response: Response,
) -> None:
    async with serving(Recorder(response)) as server:
        wire = await exchange(server.http_port, request_bytes())

    head = wire.partition(b"\r\n\r\n")[0].replace(b"\r", b"\n")
    assert wire.startswith(b"HTTP/1.1 ")
    assert not any(line.startswith(b"Set-Cookie") for line in head.split(b"\n"))


@pytest.mark.proves("VP-009")
async def test_a_url_that_is_too_long_gets_414_and_the_connection_closes() -> None:
    async with serving(through_the_pipeline()) as server:
        target = b"/" + b"a" * 9000
        wire = b"GET " + target + b" HTTP/1.1\r\nHost: logs.example.com\r\n\r\n"
        reply = parsed(await exchange(server.http_port, wire))

    assert (reply.status, reply.reason) == (414, b"Request-URI Too Long")
    assert reply.all(b"connection") == [b"close"]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([b"X-Long: " + b"a" * 33_000], id="one long header"),
        pytest.param([b"X-%d: " % n + b"a" * 400 for n in range(90)], id="many headers"),
    ],
)
@pytest.mark.proves("VP-010")
async def test_headers_that_are_too_long_get_494_and_the_connection_closes(
    lines: list[bytes],
) -> None:
    async with serving(through_the_pipeline()) as server:
        head = [b"GET / HTTP/1.1", b"Host: logs.example.com", *lines]
        wire = b"\r\n".join(head) + b"\r\n\r\n"
        reply = parsed(await exchange(server.http_port, wire))

    assert (reply.status, reply.reason) == (494, b"Request Header Too Large")
    assert reply.all(b"connection") == [b"close"]


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param(b"what is this\r\n\r\n", id="no request"),
        pytest.param(b"GET / HTTP/1.1\r\nno colon\r\n\r\n", id="no header"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\x1bb\r\n\r\n", id="control character"),
        pytest.param(b"GET /caf\xe9 HTTP/1.1\r\nHost: a\r\n\r\n", id="a path's byte"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", id="no length"),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n",
            id="two lengths",
        ),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", id="TLS"),
    ],
)
@pytest.mark.proves("VP-012")
async def test_a_malformed_request_gets_400_and_the_server_keeps_running(
    wire: bytes,
) -> None:
    recorder = Recorder()

    async with serving(recorder) as server:
        refused = parsed(await exchange(server.http_port, wire))
        served = parsed(await exchange(server.http_port, request_bytes()))

    assert refused.status == 400
    assert served.status == 200
    assert len(recorder.requests) == 1


async def test_a_handler_that_raises_gives_500_and_the_server_keeps_running() -> None:
    async def breaks(request: Request, _: Body) -> Response:
        if request.uri == "/broken":
            raise RuntimeError("session-id=hunter2")
        return a_response()

    async with serving(breaks) as server:
        broken = await exchange(server.http_port, request_bytes(b"/broken"))
        served = parsed(await exchange(server.http_port, request_bytes()))

    assert parsed(broken).status == 500
    assert b"hunter2" not in broken
    assert served.status == 200


@pytest.mark.parametrize("path", [b"//evil.test/", b"/%0d%0aX:%201", b"/a/../b"])
@pytest.mark.proves("VP-001")
async def test_a_redirect_keeps_the_raw_path(path: bytes) -> None:
    redirecting = through_the_pipeline(ViewerProtocolPolicy.REDIRECT_TO_HTTPS)

    async with serving(redirecting) as server:
        reply = parsed(await exchange(server.http_port, request_bytes(path)))

    assert reply.status == 301
    assert reply.all(b"location") == [b"https://logs.example.com" + path]
