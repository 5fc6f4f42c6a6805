"""Timeouts for a viewer's head and body; and uploads that break."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from localfront.config.managed_policies import ALL_VIEWER, CACHING_DISABLED
from localfront.server.http_connection import Patience
from tests.localfront.factories import HOST, a_behavior
from tests.localfront.origin_server import SILENCE
from tests.localfront.real_sites import origin_at
from tests.localfront.server.refusals import assert_is_cloudfronts
from tests.localfront.whole_service import a_service
from tests.localfront.wire import PATIENCE, Recorder, exchange, parsed, request_bytes, serving

AT = b"Host: " + HOST.encode()
SOON = Patience(head=0.3, body=0.3)
HEAD = b"GET / HTTP/1.1\r\n" + AT + b"\r\n"
CHUNKED = b"POST / HTTP/1.1\r\n" + AT + b"\r\nTransfer-Encoding: chunked\r\n\r\n"


async def trickled(port: int, wire: bytes, *, before: bytes = b"") -> tuple[bytes, bytes]:
    """The response to bytes sent at once, and to a byte every now and then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    first = b""
    try:
        writer.write(before)
        if before.endswith(b"\r\n\r\n"):
            first = await reader.readuntil(b"a page")
        rest = asyncio.create_task(_until_the_end(reader))
        for byte in wire:
            if rest.done():
                break
            writer.write(bytes([byte]))
            await asyncio.wait([rest], timeout=0.05)
        async with asyncio.timeout(PATIENCE):
            return first, await rest
    finally:
        writer.close()


async def _until_the_end(reader: asyncio.StreamReader) -> bytes:
    """All bytes received before the server closes, with or without an unread byte of ours."""
    read = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := await reader.read(65536):
            read += piece
    return read


@pytest.mark.proves("VP-014")
async def test_a_slowly_sent_request_head_times_out(tmp_path: Path) -> None:
    async with a_service(tmp_path, patience=SOON) as served:
        begun = time.monotonic()
        _, response = await trickled(served.port, b"X: " + b"a" * 200, before=HEAD)
        took = time.monotonic() - begun

    assert_is_cloudfronts(parsed(response), 408)
    assert took < 5
    assert len(served.lines) == 1
    assert served.access_log()[0]["sc-status"] == "408"


@pytest.mark.proves("VP-014")
async def test_a_slowly_sent_head_of_a_later_request_times_out_too(
    tmp_path: Path,
) -> None:
    async with a_service(tmp_path, patience=SOON) as served:
        first, response = await trickled(served.port, HEAD + b"a" * 200, before=HEAD + b"\r\n")

    assert parsed(first).status == 200
    assert_is_cloudfronts(parsed(response), 408)


async def test_a_connection_without_a_request_is_closed_without_a_response(
    tmp_path: Path,
) -> None:
    async with a_service(tmp_path, patience=SOON) as served:
        assert await exchange(served.port, b"") == b""

    assert served.lines == []


@pytest.mark.parametrize("begun", [b"", b"\x16\x03\x01\x02\x00\x01"])
async def test_an_unfinished_tls_handshake_times_out(
    begun: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_service(tmp_path, patience=SOON) as served:
        assert await exchange(served.server.https_port, begun) == b""

    assert [r for r in caplog.records if r.levelno >= logging.INFO] == []


async def test_an_idle_keep_alive_connection_outlives_the_head_timeout(
    tmp_path: Path,
) -> None:
    async with a_service(tmp_path, patience=SOON) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        responses = []
        for _ in range(2):
            writer.write(HEAD + b"\r\n")
            responses.append(await reader.readuntil(b"a page"))
            await asyncio.sleep(2 * SOON.head)
        writer.close()

    assert [parsed(response).status for response in responses] == [200, 200]


async def test_an_upload_longer_than_the_head_timeout_is_accepted(
    tmp_path: Path,
) -> None:
    head = b"POST / HTTP/1.1\r\n" + AT + b"\r\nConnection: close\r\nContent-Length: 10\r\n"

    async with a_service(tmp_path, patience=SOON) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(head + b"\r\n")
        for _ in range(10):
            await asyncio.sleep(SOON.body / 5)
            writer.write(b"x")
        reply = parsed(await reader.read())
        writer.close()

    assert reply.status == 200
    assert served.origin.received[0].body == b"x" * 10


async def test_an_idle_websocket_outlives_the_head_timeout(tmp_path: Path) -> None:
    async def chat(request: web.BaseRequest) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(await socket.receive_str())
        return socket

    runner = web.ServerRunner(web.Server(chat))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    to_chat = a_behavior(
        target_origin_id="here",
        cache_policy=CACHING_DISABLED,
        origin_request_policy=ALL_VIEWER,
    )
    origin = origin_at(runner.addresses[0][1])
    async with (
        a_service(tmp_path, origin=origin, behavior=to_chat, patience=SOON) as served,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"http://127.0.0.1:{served.port}/", headers={"Host": HOST}) as viewer,
    ):
        await asyncio.sleep(3 * SOON.head)
        await viewer.send_str("still here")
        assert await viewer.receive_str(timeout=PATIENCE) == "still here"
    await runner.cleanup()


@pytest.mark.proves("VP-014")
async def test_a_stalled_upload_times_out(tmp_path: Path) -> None:
    wire = b"PUT / HTTP/1.1\r\n" + AT + b"\r\nContent-Length: 10\r\n\r\nhalf"

    async with a_service(tmp_path, patience=SOON) as served:
        reply = parsed(await exchange(served.port, wire))

    assert_is_cloudfronts(reply, 408)
    assert len(served.lines) == 1
    assert [line["sc-status"] for line in served.access_log()] == ["408"]


@pytest.mark.parametrize(
    "rest",
    [
        b"ZZ\r\nabc",
        b"3\r\nabcXX\r\n",
        b"-1\r\n",
        b"fffffffffffffffff\r\n",
        b"3;\x01\r\n",
    ],
)
@pytest.mark.proves("VP-012")
async def test_an_upload_with_a_late_framing_error_is_answered_at_once(
    rest: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_service(tmp_path, SILENCE) as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(CHUNKED + b"2\r\nok\r\n")
        await served.origin.has_come.wait()  # so that the rest comes by itself
        begun = time.monotonic()
        writer.write(rest)
        response = await reader.read()
        took = time.monotonic() - begun
        writer.close()

    assert_is_cloudfronts(parsed(response), 400)
    assert response.count(b"HTTP/1.1 ") == 1
    assert took < 5
    assert len(served.lines) == 1
    # asyncio tells of the test's own origin, which waited for the rest.
    records = [r for r in caplog.records if r.levelno >= logging.INFO]
    assert {r.name for r in records} <= {"asyncio"}


async def test_a_broken_unread_upload_leaves_no_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def responds_early(*_: object) -> object:
        return Recorder().response

    async with serving(responds_early) as server:  # type: ignore[arg-type]  # an object of no type
        reader, writer = await asyncio.open_connection("127.0.0.1", server.http_port)
        writer.write(CHUNKED)
        response = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"ZZ\r\n")
        rest = await asyncio.wait_for(reader.read(), PATIENCE)
        writer.close()
        served = parsed(await exchange(server.http_port, request_bytes()))

    assert parsed(response).status == served.status == 200
    assert b"HTTP/1.1" not in rest
    assert [r for r in caplog.records if r.levelno >= logging.INFO] == []
