"""Origins that close a kept connection: announced, during a request, or during a response."""

from __future__ import annotations

import asyncio

import pytest

from localfront.config.managed_policies import CACHING_DISABLED
from tests.localfront.factories import a_behavior
from tests.localfront.misbehaving_origin import (
    Talk,
    misbehaving,
    right_response,
)
from tests.localfront.origin_server import saying
from tests.localfront.origins.out_of_step import UNCACHED, get
from tests.localfront.real_sites import a_site, origin_at
from tests.localfront.wire import exchange, parsed, request_bytes


@pytest.mark.parametrize(
    "farewell",
    [b"\r\n", saying(b"", status=b"408 Request Timeout"), b""],
    ids=["an empty line", "408", "nothing"],
)
async def test_a_408_or_an_empty_line_before_closing_is_not_taken_for_surplus(
    farewell: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    gone = asyncio.Event()

    async def respond(talk: Talk, path: bytes) -> None:
        await talk.say(right_response(path))
        if path == b"/alice":
            await left.wait()
            await talk.say(farewell)
            talk.writer.close()
            await talk.writer.wait_closed()
            gone.set()

    left = asyncio.Event()
    async with (
        misbehaving(respond) as origin,
        a_site(origin_at(origin.port), UNCACHED) as site,
    ):
        await get(site.server, b"/alice")
        left.set()
        await gone.wait()
        for path in (b"/bob", b"/carol"):
            assert (await get(site.server, path)).body == b"for " + path
        assert origin.connections == 2
        assert origin.received == [b"/alice", b"/bob", b"/carol"]
    assert caplog.records == []


@pytest.mark.parametrize("how", ["FIN", "RST", "nothing read"])
@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
async def test_a_kept_connection_closed_as_a_request_arrives_is_retried(
    how: str, method: bytes
) -> None:
    async def respond(talk: Talk, path: bytes) -> None:
        if len(talk.received) == 2:  # on a connection that was kept
            talk.writer.close() if how == "FIN" else talk.reset()
            return
        reply = right_response(path)
        await talk.say(reply.partition(b"for ")[0] if method == b"HEAD" else reply)
        if how == "nothing read" and len(talk.received) == 1:
            talk.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport of a socket has it
            talk.writer.close()

    async with (
        misbehaving(respond) as origin,
        a_site(origin_at(origin.port, connection_attempts=1), UNCACHED) as site,
    ):
        for number in range(20):
            reply = await get(site.server, b"/%d" % number, method=method)
            assert reply.status == 200
            assert method == b"HEAD" or reply.body == b"for /%d" % number


@pytest.mark.parametrize("method", [b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"])
async def test_unrepeatable_requests_use_no_connection_about_to_close(
    method: bytes,
) -> None:
    async def respond(talk: Talk, path: bytes) -> None:
        if len(talk.received) == 2:
            talk.writer.close()
            return
        await talk.say(right_response(path))

    everything = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
    behavior = a_behavior(
        target_origin_id="here",
        cache_policy=CACHING_DISABLED,
        allowed_methods=everything,
    )
    async with (
        misbehaving(respond) as origin,
        a_site(origin_at(origin.port), behavior) as site,
    ):
        await get(site.server, b"/kept")
        for _ in range(3):
            wire = request_bytes(b"/w", b"Content-Length: 2", method=method) + b"ab"
            assert parsed(await exchange(site.server.http_port, wire)).status == 200
        assert origin.received.count(b"/w") == 3


async def test_a_truncated_response_is_not_resumed_on_another_connection() -> None:
    async def respond(talk: Talk, path: bytes) -> None:
        if len(talk.received) == 2:
            await talk.say(right_response(path)[:-2])
            talk.writer.close()
            return
        await talk.say(right_response(path))

    async with misbehaving(respond) as origin, a_site(origin_at(origin.port)) as site:
        await get(site.server, b"/alice")
        assert (await get(site.server, b"/bob")).body == b"for /b"
        assert (await get(site.server, b"/bob")).body == b"for /bob"  # and not kept
        assert origin.received == [b"/alice", b"/bob", b"/bob"]
