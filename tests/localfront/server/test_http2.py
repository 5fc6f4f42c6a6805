"""HTTP/2 to the viewer: requests, responses and bodies, frame by frame."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from localfront.errors import OriginError
from localfront.http_messages.bodies import Body, read_whole
from localfront.http_messages.messages import Request, Response
from localfront.server.certificates import Certificates
from localfront.server.http_connection import Patience
from localfront.server.http_server import HttpServer
from tests.localfront.factories import a_response
from tests.localfront.http2_wire import HOST, a_viewer
from tests.localfront.streams import Pieces
from tests.localfront.wire import (
    AUTHORITIES,
    Recorder,
    Responder,
    handler_of,
    over_tls,
    parsed,
    request_bytes,
)

OFFERING = Certificates(
    AUTHORITIES, has_name=lambda _: True, offers_http2=lambda name: name != "old.example.com"
)


@asynccontextmanager
async def served(respond: Responder, **options: Any) -> AsyncIterator[HttpServer]:
    server = HttpServer(
        handler_of(respond),
        OFFERING,
        http_port=0,
        https_port=0,
        offers_http2=lambda host: not host.startswith("old."),
        **options,
    )
    async with server:
        yield server


@pytest.mark.proves("VP-017")
async def test_a_request_has_lower_case_names_one_cookie_line_and_its_host() -> None:
    recorder = Recorder()
    lines = [("user-agent", "x"), ("cookie", "a=1"), ("accept", "b"), ("cookie", "b=2")]
    async with served(recorder) as server, a_viewer(server.https_port) as viewer:
        viewer.ask(1, "/a%20b?c=1", lines=lines)
        response = await viewer.response(1)

    (request,) = recorder.requests
    assert (response.status, response.body) == ("200", b"a page")
    assert (request.method, request.uri, request.querystring) == ("GET", "/a%20b", "c=1")
    assert (request.scheme, request.http_version) == ("https", "2.0")
    assert request.tls.startswith("TLSv1.")
    assert request.headers.lines == (
        ("host", HOST),
        ("user-agent", "x"),
        ("accept", "b"),
        ("cookie", "a=1; b=2"),
    )


@pytest.mark.proves("VP-017")
async def test_a_response_has_lower_case_names_and_no_connection_specific_fields() -> None:
    headers = [("X-One", "1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    headers += [("Connection", "close"), ("Transfer-Encoding", "chunked"), ("Keep-Alive", "x")]
    recorder = Recorder(response=a_response(404, b"gone", headers=headers))
    async with served(recorder) as server, a_viewer(server.https_port) as viewer:
        viewer.ask(1)
        response = await viewer.response(1)

    assert response.lines == [
        (":status", "404"),
        ("x-one", "1"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("content-length", "4"),
    ]


@pytest.mark.parametrize(
    ("method", "status", "length"), [("HEAD", 200, "6"), ("GET", 304, None), ("GET", 204, None)]
)
async def test_a_response_without_a_body_ends_the_stream_with_its_headers(
    method: str, status: int, length: str | None
) -> None:
    body = b"a page" if method == "HEAD" else b""
    recorder = Recorder(response=a_response(status, body))
    async with served(recorder) as server, a_viewer(server.https_port) as viewer:
        viewer.ask(1, method=method)
        response = await viewer.response(1)

    assert (response.status, response.body, response.reset) == (str(status), b"", None)
    assert dict(response.lines).get("content-length") == length


async def test_many_concurrent_requests_share_one_connection() -> None:
    everybody = asyncio.Barrier(40)

    async def together(request: Request, body: Body) -> Response:
        await everybody.wait()
        return a_response(body=request.uri.encode())

    async with served(together) as server, a_viewer(server.https_port) as viewer:
        for number in range(40):
            viewer.ask(2 * number + 1, f"/{number}")
        responses = [await viewer.response(2 * number + 1) for number in range(40)]

    assert [response.body for response in responses] == [f"/{n}".encode() for n in range(40)]


@pytest.mark.parametrize("size", [3, 300_000])
async def test_an_upload_is_streamed_and_its_flow_control_windows_are_updated(size: int) -> None:
    recorder = Recorder()
    sent = bytes(range(256)) * (size // 256 + 1)
    async with served(recorder) as server, a_viewer(server.https_port) as viewer:
        viewer.ask(1, method="POST", lines=[("content-length", str(size))], ends=False)
        for at in range(0, size, 16_000):
            window = 65_535 + viewer.credit.get(1, 0)
            await viewer.until(lambda at=at: 65_535 + viewer.credit.get(1, 0) >= at + 16_000)
            assert window
            viewer.data(1, sent[at : min(at + 16_000, size)], ends=at + 16_000 >= size)
        response = await viewer.response(1)

    assert response.status == "200"
    assert recorder.bodies == [sent[:size]]


async def test_a_client_that_expects_100_continue_gets_it() -> None:
    recorder = Recorder()
    async with served(recorder) as server, a_viewer(server.https_port) as viewer:
        lines = [("expect", "100-continue")]
        viewer.ask(1, method="POST", lines=lines, ends=False)
        await viewer.until(lambda: viewer.stream(1).informational)
        viewer.data(1, b"body", ends=True)
        response = await viewer.response(1)

    assert viewer.stream(1).informational == ["100"]
    assert (response.status, recorder.bodies) == ("200", [b"body"])


async def test_an_unread_body_is_not_waited_for() -> None:
    async def at_once(_: Request, __: Body) -> Response:
        return a_response(403, b"no")

    async with served(at_once) as server, a_viewer(server.https_port) as viewer:
        viewer.ask(1, method="POST", ends=False)
        viewer.data(1, b"x" * 16_000)
        await viewer.until(lambda: viewer.stream(1).reset is not None)
        response = viewer.stream(1)
        viewer.ask(3)
        again = await viewer.response(3)
        # What came is the connection's room again, else a few of these would shut it.
        for number in range(5, 25, 2):
            viewer.ask(number, method="POST", ends=False)
            viewer.data(number, b"x" * 16_000)
            await viewer.until(lambda n=number: viewer.stream(n).reset is not None)

    assert (response.status, response.body, response.reset) == ("403", b"no", 0)
    assert (again.status, viewer.gone) == ("403", None)


async def test_a_large_body_respects_the_viewers_flow_control_windows() -> None:
    whole = bytes(range(256)) * 2_000
    recorder = Recorder(response=a_response(body=whole))
    async with served(recorder) as server, a_viewer(server.https_port) as viewer:
        viewer.opens_windows = False
        viewer.ask(1)
        await viewer.until(lambda: len(viewer.stream(1).body) == 65_535)
        viewer.ask(3, method="HEAD")  # the connection is alive, and needs no window for this
        assert (await viewer.response(3)).status == "200"
        assert len(viewer.stream(1).body) == 65_535
        viewer.opens_windows = True
        viewer.open(0, 65_535)
        viewer.open(1, 65_535)
        response = await viewer.response(1)

    assert response.body == whole


@pytest.mark.proves("CA-028")
async def test_a_truncated_body_resets_only_its_own_stream() -> None:
    broken = Pieces([b"begin"], broken=OriginError("the origin broke off", status=502))
    responses = iter([a_response(body=broken), a_response(body=b"whole")])

    async def in_turn(_: Request, __: Body) -> Response:
        return next(responses)

    async with served(in_turn) as server, a_viewer(server.https_port) as viewer:
        viewer.ask(1)
        first = await viewer.response(1)
        viewer.ask(3)
        second = await viewer.response(3)

    assert (first.body, first.reset) == (b"begin", 2)
    assert (second.body, broken.closed) == (b"whole", True)


async def test_a_stream_reset_by_the_viewer_closes_the_bodys_source() -> None:
    source = Pieces([b"x" * 10] * 100, gate=asyncio.Semaphore(1))
    async with (
        served(Recorder(response=a_response(body=source))) as server,
        a_viewer(server.https_port) as viewer,
    ):
        viewer.ask(1)
        await viewer.until(lambda: viewer.stream(1).body)
        viewer.reset(1)
        viewer.ask(3, method="HEAD")
        await viewer.response(3)

    assert source.closed
    assert source.read < 100


async def test_a_stalled_upload_gets_408() -> None:
    async def reading(_: Request, body: Body) -> Response:
        return a_response(body=await read_whole(body))

    patience = Patience(head=30.0, body=0.05)
    async with (
        served(reading, patience=patience) as server,
        a_viewer(server.https_port) as viewer,
    ):
        viewer.ask(1, method="POST", ends=False)
        viewer.data(1, b"begin")
        response = await viewer.response(1)

    assert response.status == "408"


@pytest.mark.proves("HO-011")
async def test_a_distribution_without_http2_is_served_over_http1() -> None:
    recorder = Recorder()
    async with served(recorder) as server:
        reply, _ = await over_tls(server.https_port, "logs.example.com", request_bytes())
        async with a_viewer(server.https_port) as viewer:
            viewer.ask(1, authority="old.example.com")
            response = await viewer.response(1)
        for name in ("old.example.com", None):  # a distribution without it, and no name at all
            with pytest.raises(AssertionError):  # no `h2` is agreed on
                async with a_viewer(server.https_port, name=name):
                    pass

    assert parsed(reply).status == 200
    assert response.status == "421"
    assert [request.http_version for request in recorder.requests] == ["1.1"]


async def test_at_shutdown_streams_finish_and_new_ones_are_refused() -> None:
    may_end = asyncio.Event()

    async def waiting(_: Request, __: Body) -> Response:
        await may_end.wait()
        return a_response(body=b"finished")

    server = HttpServer(handler_of(waiting), OFFERING, http_port=0, https_port=0)
    await server.__aenter__()
    async with a_viewer(server.https_port) as viewer:
        viewer.ask(1)
        viewer.ping()
        await viewer.read_frame()
        ending = asyncio.ensure_future(server.__aexit__(None, None, None))
        await viewer.until(lambda: viewer.gone is not None)
        viewer.ask(3)
        await viewer.until(lambda: viewer.stream(3).over)
        may_end.set()
        response = await viewer.response(1)
        await viewer.until(lambda: viewer.is_closed)
        await ending

    assert (response.body, viewer.gone, viewer.stream(3).reset) == (b"finished", 0, 7)
