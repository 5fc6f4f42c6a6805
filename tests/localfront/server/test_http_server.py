"""Over real sockets, byte by byte: what the pipeline receives, and what is sent."""

from __future__ import annotations

import asyncio

import pytest

from localfront.http_messages.bodies import Body
from localfront.http_messages.messages import Headers, Request, Response
from tests.localfront.factories import (
    a_response,
)
from tests.localfront.wire import (
    Recorder,
    exchange,
    parsed,
    request_bytes,
    serving,
)


@pytest.mark.proves("LE-010")
async def test_header_names_keep_their_letter_case_and_lines_their_order() -> None:
    recorder = Recorder()

    async with serving(recorder) as server:
        await exchange(
            server.http_port, request_bytes(b"/", b"X-cAsE: 1", b"accept: a", b"x-CaSe: 2")
        )

    assert recorder.requests[0].headers == Headers.of(
        [
            ("Host", "logs.example.com"),
            ("Connection", "close"),
            ("X-cAsE", "1"),
            ("accept", "a"),
            ("x-CaSe", "2"),
        ]
    )


@pytest.mark.parametrize("count", [1, 500], ids=["few lines", "many lines"])
async def test_each_request_has_its_own_headers_and_no_others(count: int) -> None:
    recorder = Recorder()
    requests = [request_bytes(b"/", *[b"X-Line: %d" % i] * count) for i in (1, 2, 1)]

    async with serving(recorder) as server:
        for wire in requests:
            await exchange(server.http_port, wire)

    seen = [request.headers.get_all("x-line") for request in recorder.requests]
    assert seen == [("1",) * count, ("2",) * count, ("1",) * count]


@pytest.mark.parametrize(
    ("target", "uri", "querystring"),
    [
        (b"//a//b", "//a//b", ""),
        (b"/%2F%2e%2E/", "/%2F%2e%2E/", ""),
        (b"/a/../b/./c", "/a/../b/./c", ""),
        (b"/a?b=%20+&c;d?e", "/a", "b=%20+&c;d?e"),
        (b"/a%3Fb", "/a%3Fb", ""),
        (b"http://logs.example.com/x//y?z=1", "/x//y", "z=1"),
        (b"http://logs.example.com", "/", ""),
        (b"http://logs.example.com?z=1", "/", "z=1"),
        (b"/caf%C3%A9", "/caf%C3%A9", ""),
        (b"/a@evil.test", "/a@evil.test", ""),
    ],
)
@pytest.mark.proves("RT-007")
async def test_the_raw_target_reaches_the_pipeline(
    target: bytes, uri: str, querystring: str
) -> None:
    recorder = Recorder()

    async with serving(recorder) as server:
        await exchange(server.http_port, request_bytes(target))

    request = recorder.requests[0]
    assert (request.uri, request.querystring) == (uri, querystring)


async def test_method_address_scheme_and_version_are_parsed() -> None:
    recorder = Recorder()

    async with serving(recorder) as server:
        await exchange(server.http_port, request_bytes(method=b"DELETE"))
        await exchange(server.http_port, b"GET / HTTP/1.0\r\nHost: x\r\n\r\n")

    first, second = recorder.requests
    assert (first.method, first.client_ip, first.scheme) == (
        "DELETE",
        "127.0.0.1",
        "http",
    )
    assert (first.http_version, second.http_version) == ("1.1", "1.0")


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param(
            request_bytes(b"/", b"Content-Length: 7", method=b"POST") + b"captain", id="length"
        ),
        pytest.param(
            request_bytes(b"/", b"Transfer-Encoding: chunked", method=b"POST")
            + b"3\r\ncap\r\n4\r\ntain\r\n0\r\n\r\n",
            id="chunks",
        ),
    ],
)
async def test_a_body_is_read_whole(wire: bytes) -> None:
    recorder = Recorder()

    async with serving(recorder) as server:
        await exchange(server.http_port, wire)

    assert recorder.bodies == [b"captain"]


@pytest.mark.parametrize(
    ("line", "sent", "held"),
    [
        pytest.param(b"Content-Length: 7", b"captain", True, id="small"),
        pytest.param(b"Content-Length: 70000", b"c" * 70_000, False, id="large"),
        pytest.param(b"Transfer-Encoding: chunked", b"2\r\nca\r\n0\r\n\r\n", False, id="chunks"),
    ],
)
async def test_a_small_body_received_with_its_head_is_held(
    line: bytes, sent: bytes, held: bool
) -> None:
    seen: list[Body] = []

    async def handler(_: Request, body: Body) -> Response:
        seen.append(body)
        return a_response()

    async with serving(handler) as server:
        await exchange(server.http_port, request_bytes(b"/", line, method=b"POST") + sent)

    assert [isinstance(body, bytes) for body in seen] == [held]


async def test_a_response_is_sent_with_its_headers_and_one_content_length() -> None:
    response = a_response(headers=[("ETag", '"1"'), ("content-length", "999")])

    async with serving(Recorder(response)) as server:
        reply = parsed(await exchange(server.http_port, request_bytes()))

    assert (reply.status, reply.reason, reply.body) == (200, b"OK", b"a page")
    assert reply.all(b"etag") == [b'"1"']
    assert reply.all(b"content-length") == [b"6"]


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(a_response(), id="a whole object"),
        pytest.param(
            a_response(body=b"", headers=[("Content-Length", "6")]),
            id="only its length",
        ),
    ],
)
async def test_a_head_response_has_the_length_but_no_body(response: Response) -> None:
    async with serving(Recorder(response)) as server:
        reply = parsed(await exchange(server.http_port, request_bytes(method=b"HEAD")))

    assert reply.all(b"content-length") == [b"6"]
    assert reply.body == b""


@pytest.mark.parametrize("status", [204, 304])
async def test_a_204_or_304_has_no_body(status: int) -> None:
    async with serving(Recorder(a_response(status))) as server:
        reply = parsed(await exchange(server.http_port, request_bytes()))

    assert (reply.status, reply.body) == (status, b"")
    assert reply.all(b"content-length") == []
    assert reply.all(b"transfer-encoding") == []


@pytest.mark.proves("LR-011")
async def test_several_set_cookie_lines_stay_separate() -> None:
    cookies = [("Set-Cookie", "a=1; Path=/"), ("set-cookie", "b=2"), ("Vary", "x")]

    async with serving(Recorder(a_response(headers=cookies))) as server:
        reply = parsed(await exchange(server.http_port, request_bytes()))

    assert reply.all(b"set-cookie") == [b"a=1; Path=/", b"b=2"]


async def test_a_connection_serves_several_requests() -> None:
    recorder = Recorder()
    first = b"GET /1 HTTP/1.1\r\nHost: logs.example.com\r\n\r\n"

    async with serving(recorder) as server:
        wire = await exchange(server.http_port, first + request_bytes(b"/2"))

    assert [request.uri for request in recorder.requests] == ["/1", "/2"]
    assert wire.count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.proves("OR-001")
@pytest.mark.parametrize("coding", [b"gzip", b"deflate"])
async def test_an_encoded_request_body_is_not_decoded(coding: bytes) -> None:
    recorder = Recorder()
    body = b"not unpacked"

    async with serving(recorder) as server:
        sent = request_bytes(
            b"/",
            b"Content-Encoding: " + coding,
            b"Content-Length: %d" % len(body),
            method=b"POST",
        )
        await exchange(server.http_port, sent + body)

    assert recorder.bodies == [body]
    assert recorder.requests[0].headers.get("content-encoding") == coding.decode()


async def test_a_client_that_expects_100_continue_gets_it() -> None:
    recorder = Recorder()
    head = request_bytes(b"/", b"Expect: 100-continue", b"Content-Length: 4", method=b"PUT")

    async with serving(recorder) as server, asyncio.timeout(5):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.http_port)
        writer.write(head)
        interim = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"body")
        final = await reader.read()
        writer.close()

    assert interim == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert final.startswith(b"HTTP/1.1 200 ")
    assert recorder.bodies == [b"body"]


@pytest.mark.parametrize("body", [b"held", b""], ids=["a body", "none"])
async def test_a_viewers_disconnection_is_not_an_error(
    body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    started, may_answer = asyncio.Event(), asyncio.Event()
    responded = asyncio.Event()

    async def respond(request: Request, _body: Body) -> Response:
        if request.uri == "/slow":
            started.set()
            await may_answer.wait()
            asyncio.get_running_loop().call_soon(responded.set)
        return a_response(body=body)

    async with serving(respond) as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.http_port)
        writer.write(request_bytes(b"/slow"))
        await started.wait()
        writer.transport.abort()
        await exchange(server.http_port, request_bytes(b"/"))  # by now the server knows
        may_answer.set()
        await responded.wait()
        last = parsed(await exchange(server.http_port, request_bytes(b"/")))

    assert last.status == 200
    assert caplog.records == []
