"""Over real sockets, byte by byte: what reaches the pipeline, and what leaves."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import trustme

from localfront.certificates import Certificates
from localfront.config.distribution import ViewerProtocolPolicy
from localfront.http_server import HttpServer, PortTakenError
from localfront.messages import Headers, Request, Response
from localfront.objects import Objects
from localfront.pipeline import Pipeline
from tests.localfront.factories import (
    a_behavior,
    a_distribution,
    a_response,
    a_trace,
)
from tests.localfront.fakes import FakeClock, FakeFunctions, FakeOrigins

AUTHORITY = trustme.CA()
CERTIFICATES = Certificates(AUTHORITY)
PATIENCE = 10  # seconds


@dataclass(slots=True)
class Recorder:
    """A handler that keeps what came in and answers what it was told to."""

    answer: Response = field(default_factory=a_response)
    requests: list[Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def __call__(self, request: Request, body: bytes) -> Response:
        self.requests.append(request)
        self.bodies.append(body)
        return self.answer


@asynccontextmanager
async def serving(
    handler: Callable[[Request, bytes], Awaitable[Response]],
) -> AsyncIterator[HttpServer]:
    async with HttpServer(handler, CERTIFICATES, http_port=0, https_port=0) as server:
        yield server


def through_the_pipeline(
    policy: ViewerProtocolPolicy = ViewerProtocolPolicy.ALLOW_ALL,
) -> Callable[[Request, bytes], Awaitable[Response]]:
    clock = FakeClock()
    behavior = a_behavior(viewer_protocol_policy=policy)
    pipeline = Pipeline(
        distributions=[a_distribution(default_cache_behavior=behavior)],
        functions=FakeFunctions(),
        objects=Objects(origins=FakeOrigins(otherwise=a_response()), clock=clock),
        clock=clock,
    )

    async def answer(request: Request, body: bytes) -> Response:
        return await pipeline.answer(request, body, a_trace())

    return answer


@dataclass(frozen=True, slots=True)
class Reply:
    """A response as it came over the wire."""

    status: int
    reason: bytes
    lines: list[tuple[bytes, bytes]]
    body: bytes

    def all(self, name: bytes) -> list[bytes]:
        return [v for n, v in self.lines if n.lower() == name.lower()]


def parsed(wire: bytes) -> Reply:
    head, _, body = wire.partition(b"\r\n\r\n")
    start, *lines = head.split(b"\r\n")
    _, status, reason = start.split(b" ", 2)
    split = [line.partition(b": ") for line in lines]
    return Reply(int(status), reason, [(n, v) for n, _, v in split], body)


async def exchange(port: int, wire: bytes) -> bytes:
    """Send bytes as they are, and read until the server hangs up."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(wire)
        try:
            return await reader.read()
        finally:
            writer.close()


def asking(target: bytes = b"/", *lines: bytes, method: bytes = b"GET") -> bytes:
    head = [
        method + b" " + target + b" HTTP/1.1",
        b"Host: logs.example.com",
        b"Connection: close",
        *lines,
    ]
    return b"\r\n".join(head) + b"\r\n\r\n"


@pytest.mark.proves("LE-010")
async def test_header_names_keep_their_letter_case_and_lines_their_order() -> None:
    recorder = Recorder()

    async with serving(recorder) as server:
        await exchange(
            server.http_port, asking(b"/", b"X-cAsE: 1", b"accept: a", b"x-CaSe: 2")
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
        await exchange(server.http_port, asking(target))

    request = recorder.requests[0]
    assert (request.uri, request.querystring) == (uri, querystring)


async def test_method_address_scheme_and_version_are_told() -> None:
    recorder = Recorder()

    async with serving(recorder) as server:
        await exchange(server.http_port, asking(method=b"DELETE"))
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
            asking(b"/", b"Content-Length: 7", method=b"POST") + b"captain", id="length"
        ),
        pytest.param(
            asking(b"/", b"Transfer-Encoding: chunked", method=b"POST")
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


async def test_a_response_leaves_with_its_headers_and_one_length() -> None:
    answer = a_response(headers=[("ETag", '"1"'), ("content-length", "999")])

    async with serving(Recorder(answer)) as server:
        reply = parsed(await exchange(server.http_port, asking()))

    assert (reply.status, reply.reason, reply.body) == (200, b"OK", b"a page")
    assert reply.all(b"etag") == [b'"1"']
    assert reply.all(b"content-length") == [b"6"]
    assert len(reply.all(b"date")) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(a_response(), id="a whole object"),
        pytest.param(
            a_response(body=b"", headers=[("Content-Length", "6")]),
            id="only its length",
        ),
    ],
)
async def test_a_head_has_the_length_but_no_body(answer: Response) -> None:
    async with serving(Recorder(answer)) as server:
        reply = parsed(await exchange(server.http_port, asking(method=b"HEAD")))

    assert reply.all(b"content-length") == [b"6"]
    assert reply.body == b""


@pytest.mark.parametrize("status", [204, 304])
async def test_a_response_that_can_have_no_body_has_none(status: int) -> None:
    async with serving(Recorder(a_response(status))) as server:
        reply = parsed(await exchange(server.http_port, asking()))

    assert (reply.status, reply.body) == (status, b"")
    assert reply.all(b"content-length") == []
    assert reply.all(b"transfer-encoding") == []


@pytest.mark.proves("LR-011")
async def test_several_cookies_leave_as_separate_lines() -> None:
    cookies = [("Set-Cookie", "a=1; Path=/"), ("set-cookie", "b=2"), ("Vary", "x")]

    async with serving(Recorder(a_response(headers=cookies))) as server:
        reply = parsed(await exchange(server.http_port, asking()))

    assert reply.all(b"set-cookie") == [b"a=1; Path=/", b"b=2"]


async def test_a_connection_serves_one_request_after_the_other() -> None:
    recorder = Recorder()
    first = b"GET /1 HTTP/1.1\r\nHost: logs.example.com\r\n\r\n"

    async with serving(recorder) as server:
        wire = await exchange(server.http_port, first + asking(b"/2"))

    assert [request.uri for request in recorder.requests] == ["/1", "/2"]
    assert wire.count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(
            a_response(headers=[("Location", "/\r\nSet-Cookie: forged=1")]), id="value"
        ),
        pytest.param(
            a_response(headers=[("Location", "/\nSet-Cookie: forged=1")]), id="newline"
        ),
        pytest.param(a_response(headers=[("X\r\nSet-Cookie", "forged=1")]), id="name"),
        pytest.param(a_response(reason="OK\r\nSet-Cookie: forged=1"), id="reason"),
        pytest.param(
            a_response(reason="OK\nSet-Cookie: forged=1"), id="reason newline"
        ),
        pytest.param(a_response(reason="OK\rSet-Cookie: forged=1"), id="reason return"),
    ],
)
async def test_no_line_end_in_a_header_or_reason_starts_another_header(
    answer: Response,
) -> None:
    async with serving(Recorder(answer)) as server:
        wire = await exchange(server.http_port, asking())

    head = wire.partition(b"\r\n\r\n")[0].replace(b"\r", b"\n")
    assert wire.startswith(b"HTTP/1.1 ")
    assert not any(line.startswith(b"Set-Cookie") for line in head.split(b"\n"))


@pytest.mark.proves("VP-009")
async def test_a_url_that_is_too_long_gets_414_and_is_hung_up_on() -> None:
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
        pytest.param(
            [b"X-%d: " % n + b"a" * 400 for n in range(90)], id="many headers"
        ),
    ],
)
@pytest.mark.proves("VP-010")
async def test_headers_that_are_too_long_get_494_and_are_hung_up_on(
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
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", id="no length"
        ),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n",
            id="two lengths",
        ),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", id="TLS"),
    ],
)
@pytest.mark.proves("VP-012")
async def test_a_malformed_request_gets_400_and_the_server_lives_on(
    wire: bytes,
) -> None:
    recorder = Recorder()

    async with serving(recorder) as server:
        refused = parsed(await exchange(server.http_port, wire))
        served = parsed(await exchange(server.http_port, asking()))

    assert refused.status == 400
    assert served.status == 200
    assert len(recorder.requests) == 1


async def test_a_handler_that_breaks_gives_500_and_the_server_lives_on() -> None:
    async def breaks(request: Request, _: bytes) -> Response:
        if request.uri == "/broken":
            raise RuntimeError("session-id=hunter2")
        return a_response()

    async with serving(breaks) as server:
        broken = await exchange(server.http_port, asking(b"/broken"))
        served = parsed(await exchange(server.http_port, asking()))

    assert parsed(broken).status == 500
    assert b"hunter2" not in broken
    assert served.status == 200


@pytest.mark.parametrize("path", [b"//evil.test/", b"/%0d%0aX:%201", b"/a/../b"])
@pytest.mark.proves("VP-001")
async def test_a_redirect_keeps_the_path_as_it_came(path: bytes) -> None:
    redirecting = through_the_pipeline(ViewerProtocolPolicy.REDIRECT_TO_HTTPS)

    async with serving(redirecting) as server:
        reply = parsed(await exchange(server.http_port, asking(path)))

    assert reply.status == 301
    assert reply.all(b"location") == [b"https://logs.example.com" + path]


async def over_tls(port: int, name: str | None, wire: bytes) -> tuple[bytes, set[str]]:
    """The answer, and the names that the server's certificate holds."""
    trusting = ssl.create_default_context()
    AUTHORITY.configure_trust(trusting)
    trusting.check_hostname = name is not None
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=trusting, server_hostname=name or ""
        )
        certificate = writer.get_extra_info("peercert")
        writer.write(wire)
        try:
            answer = await reader.read()
        finally:
            writer.close()
    return answer, {value for _, value in certificate["subjectAltName"]}


@pytest.mark.parametrize(
    "name", ["logs.example.com", "shop.example.com", "d1.cloudfront.net"]
)
async def test_https_answers_each_server_name_with_a_certificate_of_its_own(
    name: str,
) -> None:
    recorder = Recorder()

    async with serving(recorder) as server:
        answer, names = await over_tls(server.https_port, name, asking())

    assert parsed(answer).status == 200
    assert names == {name}
    assert recorder.requests[0].scheme == "https"


@pytest.mark.parametrize("name", ["localhost", None])
async def test_https_without_a_server_name_is_localhosts(name: str | None) -> None:
    async with serving(Recorder()) as server:
        _, names = await over_tls(server.https_port, name, asking())

    assert {"localhost", "127.0.0.1", "*.cloudfront.localhost"} <= names


@pytest.mark.proves("HO-001")
async def test_the_host_header_counts_and_not_the_server_name() -> None:
    async with serving(through_the_pipeline()) as server:
        answer, _ = await over_tls(server.https_port, "other.example.com", asking())
        refused, _ = await over_tls(
            server.https_port,
            "logs.example.com",
            b"GET / HTTP/1.1\r\nHost: other.example.com\r\nConnection: close\r\n\r\n",
        )

    assert parsed(answer).status == 200
    assert parsed(refused).status == 403


async def test_plain_http_on_the_https_port_harms_nobody() -> None:
    async with serving(Recorder()) as server:
        await exchange(server.https_port, asking())
        answer, _ = await over_tls(server.https_port, "localhost", asking())

    assert parsed(answer).status == 200


@pytest.mark.parametrize("option", ["--http-port", "--https-port"])
async def test_a_taken_port_is_refused_with_the_option_that_names_another(
    option: str,
) -> None:
    async with serving(Recorder()) as server:
        taken = server.http_port
        refused = HttpServer(
            Recorder(),
            CERTIFICATES,
            http_port=taken if option == "--http-port" else 0,
            https_port=taken if option == "--https-port" else 0,
        )

        with pytest.raises(PortTakenError, match=f"{taken}.*{option}"):
            async with refused:
                pass


async def test_both_ports_are_free_again_after_the_second_was_taken() -> None:
    async with serving(Recorder()) as server:
        refused = HttpServer(
            Recorder(), CERTIFICATES, http_port=0, https_port=server.http_port
        )
        with pytest.raises(PortTakenError):
            async with refused:
                pass

        with pytest.raises(ConnectionRefusedError):
            await exchange(refused.http_port, asking())
