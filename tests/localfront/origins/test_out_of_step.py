"""Forbidden bodies, and truncated, late or early responses, on a reused connection.

No viewer gets another's response, and the cache keeps none of it.
"""

from __future__ import annotations

import asyncio
import socket
import sys

import pytest

from localfront.config.managed_policies import ALL_VIEWER, CACHING_DISABLED
from tests.localfront.factories import a_behavior
from tests.localfront.misbehaving_origin import (
    Talk,
    misbehaving,
    right_response,
)
from tests.localfront.origin_server import saying
from tests.localfront.origins.out_of_step import LEFTOVER, SOON, SURPLUS, get
from tests.localfront.real_sites import a_site, origin_at
from tests.localfront.wire import exchange, parsed, request_bytes

# More than it should, which is no body


async def test_an_empty_line_after_a_response_does_not_clear_the_cache() -> None:
    """Some origins end each body like this; it is not part of a response."""
    responded, sent = asyncio.Event(), asyncio.Event()

    async def respond(talk: Talk, path: bytes) -> None:
        await talk.say(right_response(path))
        await responded.wait()
        await talk.say(b"\r\n")
        sent.set()

    async with misbehaving(respond) as origin, a_site(origin_at(origin.port)) as site:
        await get(site.server, b"/alice")
        responded.set()
        await sent.wait()
        for path in (b"/bob", b"/alice"):
            assert (await get(site.server, path)).body == b"for " + path
        assert origin.received == [b"/alice", b"/bob"]


@pytest.mark.parametrize(
    "bodiless",
    [b"204 No Content", b"304 Not Modified"],
)
async def test_a_body_where_none_is_allowed_reaches_no_viewer(bodiless: bytes) -> None:
    async def respond(talk: Talk, path: bytes) -> None:
        if path == b"/alice":
            head = b"HTTP/1.1 " + bodiless + b"\r\n\r\n"
            await talk.say(head)
            await talk.say(LEFTOVER)
            sent.set()
        else:
            await talk.say(right_response(path))

    sent = asyncio.Event()
    async with misbehaving(respond) as origin, a_site(origin_at(origin.port)) as site:
        await get(site.server, b"/alice")
        await sent.wait()
        for path in (b"/bob", b"/carol", b"/bob"):
            assert (await get(site.server, path)).body == b"for " + path


@pytest.mark.parametrize("body", [LEFTOVER, b"a page"], ids=["a response", "a page"])
async def test_the_body_of_a_response_to_head_reaches_no_viewer(body: bytes) -> None:
    async def respond(talk: Talk, path: bytes) -> None:
        if path == b"/alice":
            await talk.say(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
            await talk.say(body)
            sent.set()
        else:
            await talk.say(right_response(path))

    sent = asyncio.Event()
    async with misbehaving(respond) as origin, a_site(origin_at(origin.port)) as site:
        await get(site.server, b"/alice", method=b"HEAD")
        await sent.wait()
        for path in (b"/bob", b"/carol", b"/bob"):
            assert (await get(site.server, path)).body == b"for " + path


# Less than it should, or later


async def test_the_missing_rest_of_a_response_reaches_no_viewer() -> None:
    async def respond(talk: Talk, path: bytes) -> None:
        if path == b"/alice":
            await talk.say(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfor /")
            await given_up.wait()
            await talk.say(b"alice" + LEFTOVER)
        else:
            await talk.say(right_response(path))

    given_up = asyncio.Event()
    async with (
        misbehaving(respond) as origin,
        a_site(origin_at(origin.port, read_timeout=SOON)) as site,
    ):
        alice = await get(site.server, b"/alice")
        assert alice.body == b"for /"  # and the connection was cut
        given_up.set()
        for path in (b"/bob", b"/carol", b"/bob"):
            assert (await get(site.server, path)).body == b"for " + path


async def test_a_response_after_the_timeout_reaches_no_viewer() -> None:
    async def respond(talk: Talk, path: bytes) -> None:
        if path == b"/alice":
            await given_up.wait()
        await talk.say(right_response(path))

    given_up = asyncio.Event()
    async with (
        misbehaving(respond) as origin,
        a_site(origin_at(origin.port, read_timeout=SOON, connection_attempts=1)) as site,
    ):
        assert (await get(site.server, b"/alice")).status == 504
        given_up.set()
        for path in (b"/bob", b"/carol", b"/bob"):
            assert (await get(site.server, path)).body == b"for " + path


async def test_a_response_that_a_viewer_did_not_wait_for_reaches_no_other() -> None:
    async def respond(talk: Talk, path: bytes) -> None:
        if path == b"/alice":
            begun.set()
            await left.wait()
        await talk.say(right_response(path))

    begun, left = asyncio.Event(), asyncio.Event()
    async with misbehaving(respond) as origin, a_site(origin_at(origin.port)) as site:
        await get(site.server, b"/first")  # so that the connection is a kept one
        _, alice = await asyncio.open_connection("127.0.0.1", site.server.http_port)
        alice.write(request_bytes(b"/alice"))
        await begun.wait()
        alice.transport.abort()
        left.set()
        for path in (b"/bob", b"/carol", b"/bob"):
            assert (await get(site.server, path)).body == b"for " + path


async def test_an_incomplete_response_delays_the_next_viewer_by_at_most_the_timeout() -> None:
    """A head and half a body arrive late, and bob's own response completes them."""

    async def respond(talk: Talk, path: bytes) -> None:
        if talk.received == [b"/alice", b"/bob"]:
            await talk.say(SURPLUS["a head and half a body"])
        await talk.say(right_response(path))

    async with (
        misbehaving(respond) as origin,
        a_site(origin_at(origin.port, read_timeout=SOON)) as site,
    ):
        await get(site.server, b"/alice")
        began = asyncio.get_running_loop().time()
        await get(site.server, b"/bob")
        assert asyncio.get_running_loop().time() - began < SOON * 10
        for path in (b"/carol", b"/bob"):
            assert (await get(site.server, path)).body == b"for " + path


# Earlier than it should


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what arrived")
async def test_a_response_before_the_request_was_sent_whole_reaches_no_other_viewer() -> None:
    """The origin has a small window, and responds before it has read the whole request."""
    loop = asyncio.get_running_loop()
    paths: list[bytes] = []

    async def converse(talk: socket.socket) -> None:
        with talk:
            while begun := await loop.sock_recv(talk, 256):
                path = begun.split(b" ")[1]
                paths.append(path)
                surplus = LEFTOVER if len(paths) == 2 else b""
                await loop.sock_sendall(talk, surplus or right_response(path))
                while not begun.endswith(b"\r\n\r\n"):
                    begun = await loop.sock_recv(talk, 4096) or b"\r\n\r\n"

    async def serve(listener: socket.socket) -> None:
        async with asyncio.TaskGroup() as talks:
            while True:
                talk, _ = await loop.sock_accept(listener)
                talks.create_task(converse(talk))

    behavior = a_behavior(
        target_origin_id="here",
        cache_policy=CACHING_DISABLED,
        origin_request_policy=ALL_VIEWER,
    )
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        serving = asyncio.create_task(serve(listener))
        async with a_site(origin_at(listener.getsockname()[1]), behavior) as site:
            assert (await get(site.server, b"/alice")).body == b"for /alice"
            wire = request_bytes(b"/bob", b"X-Long: " + b"x" * 15_000)
            bob = parsed(await exchange(site.server.http_port, wire))
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    assert bob.body == b"for /bob"
    assert paths == [b"/alice", b"/bob", b"/bob"]


async def test_an_origin_may_refuse_an_upload_before_it_has_read_it() -> None:
    async def respond(talk: Talk, path: bytes) -> None:
        if path == b"/alice":
            await talk.say(saying(b"too much", status=b"413 Content Too Large"))
        else:
            await talk.say(right_response(path))

    async with (
        misbehaving(respond) as origin,
        a_site(
            origin_at(origin.port),
            a_behavior(
                target_origin_id="here",
                cache_policy=CACHING_DISABLED,
                allowed_methods=frozenset({"GET", "HEAD", "POST"}),
            ),
        ) as site,
    ):
        assert (await get(site.server, b"/first")).body == b"for /first"
        body = b"x" * 4_000_000
        sized = b"Content-Length: %d" % len(body)
        wire = request_bytes(b"/alice", sized, method=b"POST") + body[:100_000]
        reader, alice = await asyncio.open_connection("127.0.0.1", site.server.http_port)
        alice.write(wire)
        assert b"413" in await reader.readline()
        alice.close()
        for path in (b"/bob", b"/carol"):
            assert (await get(site.server, path)).body == b"for " + path
