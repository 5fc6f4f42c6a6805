"""Malformed requests get CloudFront's response, one log line, and an access log entry."""

from __future__ import annotations

import asyncio
import logging
import re
from pathlib import Path

import pytest

from localfront.profiles import CLASSIC
from tests.localfront.factories import HOST
from tests.localfront.server.refusals import AT, assert_is_cloudfronts, refused
from tests.localfront.whole_service import a_service
from tests.localfront.wire import PATIENCE, exchange, over_tls, parsed, request_bytes

UNREADABLE = {
    "no request": b"what is this\r\n\r\n",
    "no header": b"GET / HTTP/1.1\r\n" + AT + b"\r\nno colon\r\n\r\n",
    "control character": b"GET / HTTP/1.1\r\n" + AT + b"\r\nX: a\x1bb\r\n\r\n",
    "a path's byte": b"GET /caf\xe9 HTTP/1.1\r\n" + AT + b"\r\n\r\n",
    "no length": b"POST / HTTP/1.1\r\n" + AT + b"\r\nContent-Length: x\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\n" + AT + b"\r\nContent-Length: 1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n",
    "chunked is not last": b"POST / HTTP/1.1\r\n"
    + AT
    + b"\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "no Host": b"GET / HTTP/1.1\r\n\r\n",
    "two Hosts": b"GET / HTTP/1.1\r\n" + AT + b"\r\nHost: other.test\r\n\r\n",
    "no name": b"GET / HTTP/1.1\r\nHost:\r\n\r\n",
    "an old WebSocket": b"GET / HTTP/1.1\r\n" + AT + b"\r\nSec-WebSocket-Key1: x\r\n\r\n",
    "an unknown minor version": b"GET / HTTP/1.7\r\n" + AT + b"\r\n\r\n",
    "bare line feeds": b"GET / HTTP/1.1\n" + AT + b"\n\n",
    "a bad chunk": b"POST / HTTP/1.1\r\n" + AT + b"\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
}


@pytest.mark.parametrize("wire", UNREADABLE.values(), ids=UNREADABLE.keys())
@pytest.mark.proves("VP-012")
async def test_an_unparsable_request_gets_cloudfronts_400_and_one_log_line(
    wire: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_service(tmp_path) as served:
        reply = await refused(served, wire)
        after = parsed(await exchange(served.port, request_bytes()))

    assert_is_cloudfronts(reply, 400)
    assert after.status == 200
    lines, _ = served.lines
    assert lines.startswith("400 ")
    assert lines.endswith(reply.all(b"x-amz-cf-id")[0].decode())
    assert [r for r in caplog.records if r.levelno >= logging.INFO] == []
    assert len(served.origin.received) == 1


@pytest.mark.proves("VP-012", "LG-002")
async def test_an_unparsable_request_is_in_the_access_log_of_its_distribution(
    tmp_path: Path,
) -> None:
    wire = b"GET /a%20b?c=d HTTP/1.1\r\n" + AT + b"\r\nUser-Agent: me\r\nX: \x01\r\n\r\n"

    async with a_service(tmp_path) as served:
        reply = await refused(served, wire)
        await exchange(served.port, b"no request at all\r\n\r\n")

    [line] = served.access_log()
    assert (line["sc-status"], line["x-edge-result-type"]) == ("400", "Error")
    assert line["x-edge-detailed-result-type"] == "InvalidRequestHeader"
    assert (line["cs-method"], line["cs-uri-stem"]) == ("GET", "/a%2520b")
    assert line["cs-uri-query"] == "c=d"
    assert line["cs(User-Agent)"] == "me"
    assert line["c-ip"] == "127.0.0.1"
    assert line["x-edge-request-id"].encode() == reply.all(b"x-amz-cf-id")[0]
    assert int(line["cs-bytes"]) == len(wire)


async def test_an_unparsable_request_over_tls_is_answered_over_tls(
    tmp_path: Path,
) -> None:
    async with a_service(tmp_path) as served:
        response, _ = await over_tls(
            served.server.https_port, HOST, UNREADABLE["control character"]
        )

    assert_is_cloudfronts(parsed(response), 400)
    [line] = served.access_log()
    assert line["cs-protocol"] == "https"
    assert line["ssl-protocol"] == "TLSv1.3"


async def test_the_response_to_an_unparsable_head_request_has_no_body(
    tmp_path: Path,
) -> None:
    wire = b"HEAD / HTTP/1.1\r\n" + AT + b"\r\nX: a\x1bb\r\n\r\n"

    async with a_service(tmp_path) as served:
        reply = await refused(served, wire)

    assert (reply.status, reply.body) == (400, b"")


@pytest.mark.parametrize(
    "start",
    [
        b"GET / HTTP/0.9",
        b"GET / HTTP/2.0",
        b"GET / HTTP/3.0",
        b"PRI * HTTP/2.0",
        b"GET / RTSP/1.0",  # aiohttp takes it for HTTP/1.0
        b"\r\nPOST /  RTSP/1.1",
        b"SOURCE / ICE/1.0",
        b"GET /",
        b"CONNECT ",  # of which aiohttp makes a request without a target
    ],
)
@pytest.mark.proves("VP-015")
async def test_other_http_versions_in_a_request_line_are_refused(
    start: bytes, tmp_path: Path
) -> None:
    async with a_service(tmp_path) as served:
        wire = await exchange(served.port, start + b"\r\n" + AT + b"\r\n\r\n")

    assert parsed(wire).status == 505
    assert parsed(wire).all(b"x-amz-cf-id")
    assert served.origin.received == []


@pytest.mark.proves("VP-015")
async def test_another_protocol_after_a_request_is_refused_after_the_response(
    tmp_path: Path,
) -> None:
    async with a_service(tmp_path) as served:
        first = b"GET /one HTTP/1.1\r\n" + AT + b"\r\n\r\n"
        wire = await exchange(
            served.port, first + first.replace(b"/one HTTP/1.1", b"/two RTSP/1.0")
        )

    assert parsed(wire).status == 200
    assert wire.count(b"HTTP/1.1 505 ") == 1
    assert len(served.origin.received) == 1


@pytest.mark.parametrize("cut", ["/two R", "/two RTSP/1.0\r\nX", "/two RTSP/1.0\r\nX: y\r\n"])
@pytest.mark.proves("VP-015")
async def test_another_protocol_is_detected_however_its_bytes_are_split(
    cut: str, tmp_path: Path
) -> None:
    async with a_service(tmp_path) as served:
        second = f"GET /two RTSP/1.0\r\nX: y\r\n{AT.decode()}\r\n\r\n".encode()
        at = second.index(cut.encode()) + len(cut)
        first = b"GET /one HTTP/1.1\r\n" + AT + b"\r\n\r\n"

        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(first + second[:at])
            response = await reader.readuntil(b"\r\n\r\n")
            writer.write(second[at:])
            rest = await reader.read()
            writer.close()

    assert response.startswith(b"HTTP/1.1 200 ")
    assert re.findall(rb"HTTP/1.1 (\d+)", rest) == [b"505"]
    assert len(served.origin.received) == 1


@pytest.mark.proves("VP-015")
async def test_another_protocol_is_detected_after_many_pipelined_requests(
    tmp_path: Path,
) -> None:
    async with a_service(tmp_path) as served:
        first = b"GET /one HTTP/1.1\r\n" + AT + b"\r\n\r\n"
        last = first.replace(b"/one HTTP/1.1", b"/two RTSP/1.0")

        wire = await exchange(served.port, first * 40 + last)

    assert wire.count(b"HTTP/1.1 200 ") == 40
    assert wire.count(b"HTTP/1.1 505 ") == 1


@pytest.mark.parametrize(
    ("wire", "status"),
    [
        pytest.param(
            b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + AT + b"\r\n\r\n",
            414,
            id="URL",
        ),
        pytest.param(
            b"GET / HTTP/1.1\r\n" + AT + b"\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
            494,
            id="one line",
        ),
        pytest.param(
            b"GET / HTTP/1.1\r\n" + AT + b"\r\n" + b"a: b\r\n" * 1100 + b"\r\n",
            494,
            id="many lines",
        ),
    ],
)
@pytest.mark.proves("VP-009", "VP-010", "LG-004")
async def test_a_head_far_over_the_limit_is_refused_like_one_just_over_it(
    wire: bytes, status: int, tmp_path: Path
) -> None:
    async with a_service(tmp_path) as served:
        reply = await refused(served, wire)

    assert_is_cloudfronts(reply, status)
    assert len(reply.body) < 10_000
    assert len(served.lines[0]) < 1000
    assert list(served.log_dir.glob("*.log")) == []


async def test_the_classic_profile_applies_to_unparsed_requests_too(
    tmp_path: Path,
) -> None:
    wire = b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + AT + b"\r\n\r\n"

    async with a_service(tmp_path, profile=CLASSIC) as served:
        reply = await refused(served, wire)

    assert reply.status == 413


async def test_a_head_of_many_long_lines_is_not_read_completely(tmp_path: Path) -> None:
    line = b"X: " + b"a" * 60_000 + b"\r\n"

    async with a_service(tmp_path) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"GET / HTTP/1.1\r\n" + AT + b"\r\n" + line * 40)
        reply = parsed(await reader.readuntil(b"</html>\n"))  # the head's end never comes
        writer.close()

    assert_is_cloudfronts(reply, 494)
    assert len(served.lines) == 1
    assert list(served.log_dir.glob("*.log")) == []  # LG-004
