"""Bodies with an ambiguous length or coding: refused, and nothing after them is a request."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from tests.localfront.server.refusals import AT, HIDDEN, assert_is_cloudfronts
from tests.localfront.whole_service import a_service
from tests.localfront.wire import exchange, parsed

OF_LENGTH = b"POST / HTTP/1.1\r\n" + AT + b"\r\nContent-Length: %d\r\n\r\n"


@pytest.mark.proves("VP-011")
async def test_a_body_of_the_maximum_length_is_not_parsed_as_a_request(
    tmp_path: Path,
) -> None:
    """The parser ignores that number as a length, and takes the body for the next request."""
    async with a_service(tmp_path) as served:
        response = await exchange(served.port, OF_LENGTH % (2**64 - 1) + HIDDEN)

    assert response.count(b"HTTP/1.1 ") == 1
    assert_is_cloudfronts(parsed(response), 413)
    assert served.origin.received == []


@pytest.mark.parametrize("length", [2**64 - 2, 64 * 1024**3 + 1])
@pytest.mark.proves("VP-011")
async def test_a_content_length_over_the_limit_is_refused_before_the_body_is_sent(
    length: int, tmp_path: Path
) -> None:
    async with a_service(tmp_path) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(OF_LENGTH % length)
        reply = parsed(await reader.readuntil(b"</html>\n"))
        writer.close()

    assert_is_cloudfronts(reply, 413)
    assert served.origin.received == []


@pytest.mark.parametrize(
    ("version", "coding", "status"),
    [
        (b"1.1", b"gzip, chunked", 501),
        (b"1.1", b"identity, chunked", 501),
        (b"1.1", b",chunked", 501),
        (b"1.0", b"chunked", 400),  # of which older servers take no notice
    ],
)
@pytest.mark.proves("VP-016")
async def test_an_unknown_transfer_coding_is_refused(
    version: bytes, coding: bytes, status: int, tmp_path: Path
) -> None:
    head = b"POST / HTTP/" + version + b"\r\nConnection: keep-alive\r\n" + AT
    wire = head + b"\r\nTransfer-Encoding: " + coding + b"\r\n\r\n0\r\n\r\n"

    async with a_service(tmp_path) as served:
        response = await exchange(served.port, wire + HIDDEN)

    assert len(re.findall(rb"HTTP/1\.[01] [0-9]{3} ", response)) == 1
    assert parsed(response).status == status
    assert parsed(response).all(b"connection") == [b"close"]
    assert served.origin.received == []


@pytest.mark.parametrize("upgrade", [b"h2c", b"tls/1.0", b"websocket, h2c"])
async def test_requests_after_an_ignored_upgrade_are_answered(
    upgrade: bytes, tmp_path: Path
) -> None:
    """The parser discards bytes after it; a viewer whose connection ends can retry."""
    lines = b"\r\nConnection: Upgrade\r\nUpgrade: " + upgrade + b"\r\n"
    wire = b"POST / HTTP/1.1\r\n" + AT + lines + b"Content-Length: 4\r\n\r\nbody"

    async with a_service(tmp_path) as served:
        reply = parsed(await exchange(served.port, wire + HIDDEN))

    assert reply.status == 200
    assert reply.all(b"connection") == [b"close"]
    assert [r.body for r in served.origin.received] == [b"body"]
