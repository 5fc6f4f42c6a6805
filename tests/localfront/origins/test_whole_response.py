"""The fast path without aiohttp's parser gives the same results as that parser."""

from __future__ import annotations

import asyncio
import random

import pytest

from localfront.http_messages.messages import Headers
from localfront.origins.client import OriginClient
from localfront.origins.kept_connections import KeptConnection
from localfront.origins.whole_response import (
    HELD_BYTES,
    LONGEST_HEAD,
    MOST_LINES,
    WholeResponse,
    whole_response,
)
from tests.localfront.factories import a_request
from tests.localfront.origin_server import OriginServer, saying

USUAL = saying(b"hello", b"Content-Type: text/plain", b'ETag: "1"', b"X-Empty:", b"X-Wide:  a  b ")
TAKEN = {
    "usual": USUAL,
    "without a body": saying(b""),
    "kept alive": saying(b"ok", b"Connection: keep-alive", b"Keep-Alive: timeout=5"),
    "an error": saying(b"gone", status=b"404 Not Found"),
    "UTF-8": saying(b"ok", "X-Name: Zoë".encode()),
    "a body like a head": saying(b"HTTP/1.1 200 OK\r\n\r\n"),
    "as large as is held": saying(b"x" * HELD_BYTES),
}
LEFT = {
    "nothing": b"",
    "half a head": USUAL[:30],
    "half a body": USUAL[:-1],
    "surplus": USUAL + b"H",
    "two responses": USUAL + USUAL,
    "an interim response": b"HTTP/1.1 103 Early Hints\r\nContent-Length: 0\r\n\r\n",
    "another protocol": saying(b"", status=b"101 Switching"),
    "HTTP/1.0": USUAL.replace(b"HTTP/1.1", b"HTTP/1.0"),
    "no reason": saying(b"ok", status=b"200"),
    "not modified": saying(b"", status=b"304 Not Modified"),
    "no content": saying(b"", status=b"204 No Content"),
    "a status of four digits": saying(b"ok", status=b"2000 OK"),
    "no length": b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n",
    "two lengths": saying(b"ok", b"content-length: 2"),
    "a length with a sign": USUAL.replace(b"Length: 5", b"Length: +5"),
    "a length in other digits": USUAL.replace(b"Length: 5", "Length: \u0665".encode()),
    "a list of lengths": USUAL.replace(b"Length: 5", b"Length: 5, 5"),
    "a chunked response": saying(b"0\r\n\r\n", b"Transfer-Encoding: chunked"),
    "an upgrade": saying(b"ok", b"Upgrade: h2c"),
    "a farewell": saying(b"ok", b"Connection: close"),
    "named by Connection": saying(b"ok", b"Connection: keep-alive, X"),
    "a name twice": saying(b"ok", b"Set-Cookie: a=1", b"Set-Cookie: b=2"),
    "a bare LF": USUAL.replace(b"\r\nETag", b"\nETag"),
    "a bare CR": saying(b"ok", b"X: a\rY: b"),
    "a folded line": saying(b"ok", b"X: a\r\n b"),
    "a space before the colon": saying(b"ok", b"X : a"),
    "no colon": saying(b"ok", b"X"),
    "no name": saying(b"ok", b": a"),
    "a control": saying(b"ok", b"X: a\x00"),
    "a tab": saying(b"ok", b"X:\ta"),
    "no UTF-8": saying(b"ok", b"X: \xff"),
    "larger than is held": saying(b"x" * (HELD_BYTES + 1)),
    "a long head": saying(b"ok", b"X: " + b"x" * LONGEST_HEAD),
    "many lines": saying(b"ok", *[b"X%d: y" % number for number in range(MOST_LINES)]),
}


@pytest.mark.parametrize("piece", TAKEN.values(), ids=TAKEN)
async def test_a_complete_strictly_formatted_response_is_parsed_directly(piece: bytes) -> None:
    taken = whole_response(piece)

    assert taken is not None
    assert taken == as_aiohttp_reads(piece)


@pytest.mark.parametrize("piece", LEFT.values(), ids=LEFT)
def test_any_other_piece_is_left_to_aiohttp(piece: bytes) -> None:
    assert whole_response(piece) is None


async def test_directly_parsed_responses_equal_aiohttps_reading() -> None:
    chance, taken = random.Random(9112), 0  # noqa: S311 -- the same ones each time
    parts = [
        b"\r",
        b"\n",
        b"\r\n",
        b"\r\n\r\n",
        b" ",
        b"\t",
        b":",
        b"\0",
        b"0",
        b"5",
        b"H",
        b"\xc3",
    ]
    for _ in range(4000):
        piece = bytearray(USUAL)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(piece))
            piece[at : at + chance.randint(0, 2)] = chance.choice(parts)
        if (response := whole_response(bytes(piece))) is not None:
            taken += 1
            assert response == as_aiohttp_reads(bytes(piece)), bytes(piece)

    assert taken > 100


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_connection_is_reused_after_a_complete_response(
    method: str, client: OriginClient
) -> None:
    responses = [saying(b"" if method == "HEAD" else b"one"), saying(b"")]
    async with OriginServer(*responses, keeps_alive=True) as origin:
        for text in responses:
            response = await client.send(origin.url, a_request(method=method), b"", origin.origin())
            assert response.body == text.partition(b"\r\n\r\n")[2]

    assert origin.connections == 1


def as_aiohttp_reads(piece: bytes) -> WholeResponse | None:
    """aiohttp's parse; None unless it is exactly one complete response."""
    connection = KeptConnection(asyncio.get_running_loop())
    connection.set_response_params(read_until_eof=True, auto_decompress=False)
    assert connection._parser is not None
    messages, _, _ = connection._parser.feed_data(piece)
    (message, body) = messages[0]
    if len(messages) > 1 or not body.is_eof() or not connection._ends_with_the_response():
        return None
    lines = [
        (name.decode(), value.decode("utf-8", "surrogateescape"))
        for name, value in message.raw_headers
    ]
    return WholeResponse(message.code, message.reason, Headers.of(lines), body.read_nowait())


async def test_bytes_after_a_complete_response_are_surplus_before_it_is_read() -> None:
    """Both arrive in one iteration of the loop, so the connection is not idle yet."""
    loop = asyncio.get_running_loop()
    caught: list[str] = []
    async with OriginServer(saying(b"unasked")) as origin:
        transport, connection = await loop.create_connection(
            lambda: KeptConnection(loop), "127.0.0.1", origin.port
        )
        connection.on_surplus = lambda: caught.append("surplus")
        connection.set_response_params(whole=True)
        connection.data_received(USUAL)
        assert not connection.identity.is_out_of_step
        connection.data_received(USUAL)

        assert caught == ["surplus"]
        assert connection.identity.is_out_of_step
        assert transport.is_closing()
        assert not connection.is_reusable()
