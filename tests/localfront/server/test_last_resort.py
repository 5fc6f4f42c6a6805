"""Unexpected errors: CloudFront's page, an id, one log line, and the traceback in a file."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from localfront.exchange.refusal import Refusal
from localfront.http_messages.bodies import Body
from localfront.http_messages.messages import Headers, Request, Response
from localfront.logs.access_log_files import AccessLog
from localfront.logs.unforeseen_errors import MAX_KINDS, Tracebacks
from localfront.origins.fetch import Origins
from localfront.responses import own_responses
from localfront.responses.viewer_responses import MAX_MESSAGE
from localfront.server import http_connection, http_transaction
from tests.localfront.factories import a_response
from tests.localfront.origin_server import OriginServer, saying
from tests.localfront.real_sites import a_site
from tests.localfront.server.refusals import assert_is_cloudfronts
from tests.localfront.whole_service import a_service
from tests.localfront.wire import exchange, parsed, request_bytes, serving


@pytest.fixture
def tracebacks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracebacks]:
    kept = Tracebacks()
    for module in (http_connection, http_transaction, own_responses):
        monkeypatch.setattr(module, "TRACEBACKS", kept)
    yield kept
    if kept.file is not None:
        kept.file.unlink()


async def breaks(*_: object, **__: object) -> NoReturn:
    raise KeyError("session-id=hunter2")


async def test_an_unexpected_pipeline_error_is_a_page_a_log_line_and_a_saved_traceback(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tracebacks: Tracebacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with a_service(tmp_path) as served:
        with monkeypatch.context() as broken:
            broken.setattr(Origins, "fetch", breaks)
            wires = [
                await exchange(served.port, request_bytes(b"/a?b=c", b"User-Agent: me"))
                for _ in range(3)
            ]
        healed = parsed(await exchange(served.port, request_bytes()))

    assert healed.status == 200
    for wire, line in zip(wires, served.lines, strict=False):
        reply = parsed(wire)
        assert_is_cloudfronts(reply, 500)
        assert b"hunter2" not in wire
        assert "hunter2" not in line
        assert line.startswith("500 GET logs.example.com/a?b=c")
        assert line.endswith(reply.all(b"x-amz-cf-id")[0].decode())
        assert "KeyError at test_last_resort.py:" in line
        assert str(tracebacks.file) in line
    assert len(served.lines) == 4
    logged = served.access_log()
    assert [line["sc-status"] for line in logged] == ["500", "500", "500", "200"]
    assert logged[0]["x-edge-detailed-result-type"] == "Error"
    assert tracebacks.file is not None
    text = tracebacks.file.read_text()
    assert text.count("Traceback (most recent call last)") == 1
    assert "hunter2" in text
    assert tracebacks.file.stat().st_mode & 0o777 == 0o600
    assert [r for r in caplog.records if r.exc_info] == []


async def test_a_handler_that_raises_gives_cloudfronts_500(
    tracebacks: Tracebacks,
) -> None:
    async def handle(request: Request, _: Body) -> Response:
        if request.uri == "/broken":
            raise RuntimeError("session-id=hunter2")
        return a_response()

    async with serving(handle) as server:
        broken = await exchange(server.http_port, request_bytes(b"/broken"))
        served = parsed(await exchange(server.http_port, request_bytes()))

    assert_is_cloudfronts(parsed(broken), 500)
    assert b"hunter2" not in broken
    assert served.status == 200


@pytest.mark.parametrize("value", ["/\r\nSet-Cookie: forged=1", "a\0b", "half \ud800"])
async def test_a_response_that_cannot_be_sent_is_logged(value: str, tracebacks: Tracebacks) -> None:
    async def handle(*_: object) -> Response:
        return a_response(headers=[("Location", value)])

    async with serving(handle) as server:
        reply = parsed(await exchange(server.http_port, request_bytes()))

    assert_is_cloudfronts(reply, 502)
    assert tracebacks.file is None  # it was foreseen


async def test_an_unexpected_error_in_a_body_closes_the_connection_and_is_logged_in_one_line(
    tracebacks: Tracebacks, caplog: pytest.LogCaptureFixture
) -> None:
    class Breaking:
        length = 100

        async def __aiter__(self):  # type: ignore[no-untyped-def]  # what it gives does not matter
            yield b"begun"
            raise LookupError("hunter2")

        async def aclose(self) -> None:
            """Nothing to release."""

    async def handle(*_: object) -> Response:
        return Response(status=200, headers=Headers(), body=Breaking())

    async with serving(handle) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.http_port)
        writer.write(request_bytes())
        head = await reader.readuntil(b"\r\n\r\n")
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(100)
        writer.close()

    assert parsed(head).status == 200
    [records] = [r for r in caplog.records if r.levelno >= logging.INFO]
    assert "LookupError at test_last_resort.py:" in records.getMessage()
    assert "hunter2" not in caplog.text
    assert records.exc_info is None


async def test_an_unexpected_access_log_error_fails_no_request(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tracebacks: Tracebacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(*_: object) -> NoReturn:
        raise ValueError("I/O operation on closed file")

    monkeypatch.setattr(AccessLog, "write", fails)

    async with a_service(tmp_path) as served:
        reply = parsed(await exchange(served.port, request_bytes()))

    assert reply.status == 200
    [records] = [r for r in caplog.records if r.levelno >= logging.INFO]
    assert "ValueError at " in records.getMessage()


def test_saved_tracebacks_are_limited_in_size(tracebacks: Tracebacks) -> None:
    for number in range(MAX_KINDS + 10):
        error = type(f"Error{number}", (Exception,), {})()
        tracebacks.keep(error)
        tracebacks.keep(error)

    assert tracebacks.file is not None
    assert len(tracebacks.file.read_text().splitlines()) == 2 * MAX_KINDS


def test_a_traceback_that_cannot_be_written_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))

    note = Tracebacks().keep(ValueError("x"))

    assert note.startswith("ValueError at ")
    assert "No such file or directory" in note


GARBAGE = b"z" * 400_000


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(GARBAGE + b"\r\n\r\n", id="no HTTP"),
        pytest.param(b"HTTP/1.1 200 " + GARBAGE + b"\r\n\r\n", id="reason"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + GARBAGE + b"\r\n\r\n", id="value"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + GARBAGE + b"\r\n\r\n", id="no header"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\x01" + GARBAGE + b": x\r\n\r\n", id="name"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: " + GARBAGE[:30_000] + b"\r\n\r\n",
            id="length",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + GARBAGE,
            id="chunk",
        ),
    ],
)
async def test_a_page_quotes_only_the_beginning_of_an_origins_text(
    response: bytes,
) -> None:
    async with OriginServer(response) as origin, a_site(origin.origin()) as site:
        wire = await exchange(site.server.http_port, request_bytes(b"/a"))

    assert len(wire) < 2000
    assert len(site.traces[0].reason) < 1000


def test_a_page_shows_only_the_beginning_of_a_long_message() -> None:
    refusal = Refusal(status=400, rule="VP-012", message="<" * 1_000_000)

    page = own_responses.refused_outright(refusal).held

    assert len(page) < 10 * MAX_MESSAGE
    assert saying(page)
