"""The origin client over real sockets: bytes sent, and responses read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from localfront.errors import OriginError
from localfront.http_messages.bodies import close, pieces
from localfront.http_messages.messages import Request, Response
from localfront.origins.client import OriginClient
from tests.localfront.factories import a_request
from tests.localfront.origin_server import (
    Endless,
    OriginServer,
    saying,
)
from tests.localfront.streams import Pieces, whole

PATIENCE = 10  # seconds, before a test that hangs fails
SOON = 0.1  # seconds, for time-outs that have to pass


async def send(
    client: OriginClient,
    server: OriginServer,
    request: Request | None = None,
    body: bytes = b"",
    **origin: Any,
) -> Response:
    sent = request or a_request("/page")
    async with asyncio.timeout(PATIENCE):
        response = await client.send(server.url + sent.target, sent, body, server.origin(**origin))
        return await whole(response)


# What goes out


@pytest.mark.parametrize(
    "target",
    [
        "/../other/secret",
        "/a/./b/..",
        "/%2e%2E/x",
        "/a%2Fb%2fc",
        "//a///b",
        "/100%",
        "/a\\b|c^d`{e}<f>",
        "/a+b%20c?q=a+b%20c&&q=%zz&empty=",
        "/p?a=/../b?c",
        "/@evil.test/x",
        "//evil.test/x",
    ],
)
async def test_the_target_is_sent_byte_for_byte(client: OriginClient, target: str) -> None:
    async with OriginServer() as server:
        await send(client, server, a_request(target))

    assert [r.target for r in server.received] == [target]


async def test_a_path_beyond_ascii_is_sent_as_utf8(client: OriginClient) -> None:
    async with OriginServer() as server:
        await send(client, server, a_request("/caf\u00e9"))

    assert server.received[0].target.encode("iso-8859-1") == b"/caf\xc3\xa9"


@pytest.mark.parametrize(
    "target", ["/a b", "/a\r\nX-Evil: 1", "/home.html#x", "/home.html\udce9", "/a\x7f"]
)
async def test_a_target_that_would_be_changed_in_transit_is_not_sent(
    client: OriginClient, target: str
) -> None:
    async with OriginServer() as server:
        with pytest.raises(OriginError, match="can't be sent unchanged") as caught:
            await send(client, server, a_request(target))

    assert caught.value.status == 502
    assert server.received == []


@pytest.mark.proves("OR-016")
async def test_requests_to_origins_use_http_1_1(client: OriginClient) -> None:
    async with OriginServer() as server:
        await send(client, server, a_request(http_version="2.0"))

    assert server.received[0].version == "HTTP/1.1"


@pytest.mark.proves("OR-001")
async def test_exactly_the_given_headers_are_sent(client: OriginClient) -> None:
    lines = [("Host", "a.test"), ("X-One", "1"), ("accept", "b"), ("X-one", "2")]

    async with OriginServer() as server:
        await send(client, server, a_request(headers=lines))

    sent = server.received[0].headers
    assert sent.get_all("x-one") == ("1", "2")
    own = (("Host", "a.test"), ("accept", "b"), ("Connection", "Keep-Alive"))
    assert sent.without("x-one").lines == own


@pytest.mark.proves("OR-001")
@pytest.mark.parametrize("size", [3, 2 * 1024 * 1024])
async def test_a_body_is_sent_with_its_length(client: OriginClient, size: int) -> None:
    async with OriginServer() as server:
        await send(client, server, a_request(method="POST"), b"b" * size)

    received = server.received[0]
    assert received.body == b"b" * size
    assert received.headers.get("content-length") == str(size)
    assert "content-type" not in received.headers


async def test_a_line_break_in_a_header_is_not_sent(client: OriginClient) -> None:
    forged = a_request(headers=[("X-A", "1\r\nX-Evil: 1")])

    async with OriginServer() as server:
        with pytest.raises(OriginError):
            await send(client, server, forged)

    assert server.received == []


async def test_a_connection_serves_more_than_one_request(client: OriginClient) -> None:
    async with OriginServer(keeps_alive=True) as server:
        await send(client, server)
        await send(client, server)

    assert (len(server.received), server.connections) == (2, 1)


async def test_no_cookie_is_stored_for_the_next_request(client: OriginClient) -> None:
    async with OriginServer(saying(b"", b"Set-Cookie: a=1; Path=/")) as server:
        url = f"http://localhost:{server.port}/"  # jars keep no cookies of bare addresses
        for _ in range(2):
            await client.send(url, a_request(), b"", server.origin())

    assert [r.headers.get("cookie") for r in server.received] == [None, None]


# What comes back


async def test_status_reason_and_body_are_returned(client: OriginClient) -> None:
    async with OriginServer(saying(b"short", status=b"418 Teapot")) as server:
        response = await send(client, server)

    assert (response.status, response.reason, response.body) == (418, "Teapot", b"short")


@pytest.mark.proves("LR-011")
async def test_repeated_headers_stay_repeated_and_in_order(
    client: OriginClient,
) -> None:
    lines = [b"Set-Cookie: a=1", b"X-Between: 1", b"set-cookie: b=2, c"]

    async with OriginServer(saying(b"ok", *lines)) as server:
        response = await send(client, server)

    assert response.headers.get_all("set-cookie") == ("a=1", "b=2, c")
    assert [n for n, _ in response.headers][1:] == [
        "Set-Cookie",
        "X-Between",
        "set-cookie",
    ]


@pytest.mark.parametrize("coding", [b"gzip", b"br", b"deflate", b"unheard-of"])
async def test_an_encoded_body_is_not_decoded(client: OriginClient, coding: bytes) -> None:
    answer_of = saying(b"\x1f\x8bnot decoded", b"Content-Encoding: " + coding)

    async with OriginServer(answer_of) as server:
        response = await send(client, server)

    assert response.body == b"\x1f\x8bnot decoded"
    assert response.headers.get("content-encoding") == coding.decode()
    assert response.headers.get("content-length") == "13"


@pytest.mark.proves("RV-008")
async def test_hop_by_hop_headers_are_removed(client: OriginClient) -> None:
    head = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n"
        b"Keep-Alive: timeout=5\r\nTrailer: X-Sum\r\nUpgrade: h2c\r\nX-Kept: 1\r\n\r\n"
    )

    async with OriginServer(head + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n") as server:
        response = await send(client, server)

    assert response.body == b"abcde"
    assert response.headers.lines == (("X-Kept", "1"),)


async def test_a_body_without_a_length_ends_with_the_connection(
    client: OriginClient,
) -> None:
    async with OriginServer(b"HTTP/1.0 200 OK\r\n\r\nall of it") as server:
        response = await send(client, server)

    assert (response.status, response.body) == (200, b"all of it")


@pytest.mark.proves("CA-030")
@pytest.mark.parametrize("status", [b"301", b"302", b"303", b"307", b"308"])
async def test_redirects_are_not_followed(client: OriginClient, status: bytes) -> None:
    redirect = saying(b"", b"Location: /elsewhere", status=status + b" Moved")

    async with OriginServer(redirect) as server:
        response = await send(client, server)

    assert response.status == int(status)
    assert response.headers.get("location") == "/elsewhere"
    assert len(server.received) == 1


async def test_a_body_of_any_length_is_streamed(
    client: OriginClient,
) -> None:
    endless = Endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536)
    async with OriginServer(endless) as server, asyncio.timeout(PATIENCE):
        response = await client.send(f"{server.url}/", a_request(), b"", server.origin())
        read = 0
        async for piece in pieces(response.body):
            read += len(piece)
            if read > 10_000_000:
                break
        await close(response.body)

    assert read > 10_000_000


async def test_a_streamed_body_is_sent_with_its_length(
    client: OriginClient,
) -> None:
    body = Pieces([b"first ", b"second"], length=12)
    async with OriginServer() as server:
        await client.send(f"{server.url}/", a_request(method="PUT"), body, server.origin())

    assert server.received[0].body == b"first second"
    assert server.received[0].headers.get("content-length") == "12"
    assert "transfer-encoding" not in server.received[0].headers


@pytest.mark.proves("VP-011")
@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([b"X-Long: " + b"a" * 30_000], id="one long line"),
        pytest.param([b"X-%d: a" % n for n in range(300)], id="many lines"),
    ],
)
async def test_a_head_that_cloudfront_accepts_is_passed_on(
    client: OriginClient, lines: list[bytes]
) -> None:
    async with OriginServer(saying(b"ok", *lines)) as server:
        response = await send(client, server)

    assert len(response.headers.lines) == 1 + len(lines)


@pytest.mark.parametrize("body", [b"small", b""])
async def test_a_small_body_received_with_its_head_is_held(
    client: OriginClient, body: bytes
) -> None:
    async with OriginServer(saying(body), keeps_alive=True) as server:
        response = await client.send(server.url, a_request(), b"", server.origin())

    assert response.body == body


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param(saying(b"x" * 65_537), id="larger than is held"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
            id="without a length",
        ),
    ],
)
async def test_any_other_body_is_streamed(client: OriginClient, wire: bytes) -> None:
    async with OriginServer(wire) as server:
        response = await client.send(server.url, a_request(), b"", server.origin())

        assert not isinstance(response.body, bytes)
        await close(response.body)
