"""Two viewers, one kept connection, and an origin that sends more, less, earlier or later than it
should: nobody gets what was meant for another, and the cache keeps none of it.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from typing import Any

import pytest

from localfront.config.managed_policies import ALL_VIEWER, CACHING_DISABLED
from localfront.server.http_server import HttpServer
from tests.localfront.factories import a_behavior
from tests.localfront.misbehaving_origin import (
    CACHED,
    Answering,
    Misbehaving,
    Talk,
    misbehaving,
    true_answer,
)
from tests.localfront.origin_server import saying
from tests.localfront.real_sites import a_site, origin_at
from tests.localfront.wire import Reply, asking, exchange, parsed

PATIENCE = 10  # seconds, before a test that hangs fails
SOON = 0.2  # seconds, for time-outs that have to pass

LEFTOVER = saying(b"LEFTOVER", CACHED, b"Set-Cookie: whose=another")
SURPLUS = {
    "an answer": LEFTOVER,
    "a large answer": saying(b"LEFTOVER" * 40_000, CACHED),
    "two answers": LEFTOVER + LEFTOVER,
    "a chunked answer": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nLEFTOVER\r\n0\r\n\r\n",
    "a head and half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\nLEFTOVER",
    "half a head": b"HTTP/1.1 200 OK\r\nX-Left: LEFTOVER",
    "a letter": b"H",
    "garbage": b"\x00LEFTOVER",
    "an empty line": b"\r\n",
    "an interim answer": b"HTTP/1.1 103 Early Hints\r\nLink: </left>\r\n\r\n",
    "a time-out of the idle connection": saying(b"LEFTOVER", status=b"408 Late"),
    "the end of chunks again": b"0\r\n\r\n",
    "an answer without an end": b"HTTP/1.1 200 OK\r\n\r\nLEFTOVER",
}
# The others swallow the true answer when they come right before it, and look like one.
SWALLOWING = {
    "a large answer", "a head and half a body", "half a head", "an answer without an end",
}  # fmt: skip
TOLD_APART = {kind: wire for kind, wire in SURPLUS.items() if kind not in SWALLOWING}
each_surplus = pytest.mark.parametrize("surplus", SURPLUS.values(), ids=SURPLUS)
UNCACHED = a_behavior(target_origin_id="here", cache_policy=CACHING_DISABLED)


async def get(server: HttpServer, path: bytes, **more: Any) -> Reply:
    return parsed(await exchange(server.http_port, asking(path, **more)))


async def everybody_gets_their_own(answer: Answering, **site: Any) -> Misbehaving:
    """alice is answered, then bob, then carol; bob once more, from the cache where there is one."""
    async with (
        misbehaving(answer) as origin,
        a_site(origin_at(origin.port, read_timeout=PATIENCE), **site) as served,
    ):
        for path in (b"/alice", b"/bob", b"/carol", b"/bob"):
            reply = await get(served.server, path)
            assert (reply.status, reply.body) == (200, b"for " + path)
            assert reply.all(b"set-cookie") == []
    return origin


# More than it should


@each_surplus
@pytest.mark.parametrize("padding", [0, 131_072, 300_000], ids=lambda p: f"after {p}")
async def test_surplus_in_one_write_with_an_answer_reaches_nobody(
    surplus: bytes, padding: int
) -> None:
    async def answer(talk: Talk, path: bytes) -> None:
        body = b"for " + path + b" " * (padding if path == b"/alice" else 0)
        more = surplus if path == b"/alice" else b""
        await talk.say(saying(body, CACHED) + more)

    async with (
        misbehaving(answer) as origin,
        a_site(origin_at(origin.port, connection_attempts=1)) as site,
    ):
        alice = await get(site.server, b"/alice")
        assert alice.status == 502 or alice.body.strip() == b"for /alice"
        for path in (b"/bob", b"/carol", b"/bob"):
            reply = await get(site.server, path)
            assert (reply.status, reply.body) == (200, b"for " + path)
        # Nobody else was asked for on that connection; an empty line is no bytes of a message.
        assert origin.connections > 1 or surplus == b"\r\n"


@each_surplus
@pytest.mark.parametrize("behavior", [{}, {"behavior": UNCACHED}], ids=["kept", "off"])
async def test_surplus_before_the_next_request_reaches_nobody(
    surplus: bytes, behavior: dict[str, Any]
) -> None:
    answered, sent = asyncio.Event(), asyncio.Event()

    async def answer(talk: Talk, path: bytes) -> None:
        await talk.say(true_answer(path))
        if path == b"/alice":
            await answered.wait()
            await talk.say(surplus)
            sent.set()

    async with (
        misbehaving(answer) as origin,
        a_site(origin_at(origin.port), **behavior) as site,
    ):
        reply = await get(site.server, b"/alice")
        assert reply.body == b"for /alice"
        answered.set()
        await sent.wait()  # it lies in the kernel from here on
        for path in (b"/bob", b"/carol", b"/bob"):
            reply = await get(site.server, path)
            assert (reply.status, reply.body) == (200, b"for " + path)
            assert reply.all(b"set-cookie") == []


@pytest.mark.parametrize("surplus", TOLD_APART.values(), ids=TOLD_APART)
async def test_surplus_in_one_write_with_the_next_answer_reaches_nobody(
    surplus: bytes,
) -> None:
    async def answer(talk: Talk, path: bytes) -> None:
        is_second = talk.asked == [b"/alice", b"/bob"]
        await talk.say((surplus if is_second else b"") + true_answer(path))

    await everybody_gets_their_own(answer)


@pytest.mark.parametrize("surplus", [LEFTOVER, SURPLUS["a large answer"]], ids=["small", "large"])
async def test_what_came_late_and_nobody_could_tell_apart_does_not_stay_in_the_cache(
    surplus: bytes,
) -> None:
    async def answer(talk: Talk, path: bytes) -> None:
        if talk.asked == [b"/alice", b"/bob"]:
            await talk.say(surplus)
            await taken.wait()
            await talk.say(true_answer(path))
            told.set()
        else:
            await talk.say(true_answer(path))

    taken, told = asyncio.Event(), asyncio.Event()
    async with misbehaving(answer) as origin, a_site(origin_at(origin.port)) as site:
        await get(site.server, b"/alice")
        bob = await get(site.server, b"/bob")
        assert bob.body == surplus.partition(b"\r\n\r\n")[2]  # as every client would
        taken.set()
        await told.wait()
        for path in (b"/carol", b"/bob", b"/alice"):
            reply = await get(site.server, path)
            assert (reply.status, reply.body) == (200, b"for " + path)
        assert origin.asked.count(b"/alice") == 2  # it came over that connection, too


async def test_a_leftover_that_shows_before_its_end_is_cut_and_not_kept() -> None:
    surplus = SURPLUS["a large answer"]

    async def answer(talk: Talk, path: bytes) -> None:
        if talk.asked == [b"/alice", b"/bob"]:
            await talk.say(surplus[:-10])
            await begun.wait()
            await talk.say(surplus[-10:] + true_answer(path))
        else:
            await talk.say(true_answer(path))

    begun = asyncio.Event()
    async with misbehaving(answer) as origin, a_site(origin_at(origin.port)) as site:
        await get(site.server, b"/alice")
        reader, bob = await asyncio.open_connection("127.0.0.1", site.server.http_port)
        bob.write(asking(b"/bob"))
        head = await reader.readuntil(b"LEFTOVER")
        begun.set()
        got = parsed(head + await reader.read())
        bob.close()
        promised = int(got.all(b"content-length")[0])
        assert len(got.body) < promised  # so that bob's browser does not believe it
        for path in (b"/carol", b"/bob"):
            assert (await get(site.server, path)).body == b"for " + path


async def test_what_stops_the_parser_behind_an_answer_is_surplus(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def answer(talk: Talk, path: bytes) -> None:
        whole = true_answer(path)
        if path != b"/alice":
            await talk.say(whole)
            return
        await talk.say(whole[:-1])
        await begun.wait()
        await talk.say(whole[-1:] + b"\x00garbage")

    begun = asyncio.Event()
    async with misbehaving(answer) as origin, a_site(origin_at(origin.port)) as site:
        reader, alice = await asyncio.open_connection("127.0.0.1", site.server.http_port)
        alice.write(asking(b"/alice"))
        await reader.readuntil(b"for /alic")
        begun.set()
        assert await reader.read() == b"e"
        alice.close()
        for path in (b"/bob", b"/carol", b"/dave"):
            assert (await get(site.server, path)).body == b"for " + path
        assert origin.connections == 4
    assert "sends more than it is asked for" in caplog.text


async def test_an_origin_that_was_caught_gets_a_new_connection_for_each_request(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def answer(talk: Talk, path: bytes) -> None:
        await talk.say(true_answer(path) + LEFTOVER)

    with caplog.at_level(logging.WARNING, "localfront"):
        origin = await everybody_gets_their_own(answer, behavior=UNCACHED)

    assert origin.connections == 4
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1
    assert f"127.0.0.1:{origin.port}" in told[0]


async def test_connections_that_lay_idle_when_another_was_caught_are_not_used() -> None:
    both, sent = asyncio.Barrier(2), asyncio.Event()
    talks: list[Talk] = []

    async def answer(talk: Talk, path: bytes) -> None:
        if path in (b"/alice", b"/ann"):
            talks.append(talk)
            await both.wait()  # so that there are two connections
        await talk.say(true_answer(path))
        if path == b"/alice":
            await idle.wait()
            await talk.say(LEFTOVER)
            sent.set()

    idle = asyncio.Event()
    async with (
        misbehaving(answer) as origin,
        a_site(origin_at(origin.port), UNCACHED) as site,
    ):
        await asyncio.gather(get(site.server, b"/alice"), get(site.server, b"/ann"))
        idle.set()
        await sent.wait()
        for path in (b"/bob", b"/carol"):
            assert (await get(site.server, path)).body == b"for " + path
    assert sorted(talk.asked for talk in talks) == [[b"/alice"], [b"/ann"]]


@pytest.mark.parametrize(
    "farewell",
    [b"\r\n", saying(b"", status=b"408 Request Timeout"), b""],
    ids=["an empty line", "408", "nothing"],
)
async def test_an_origin_that_says_farewell_is_not_suspected(
    farewell: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    gone = asyncio.Event()

    async def answer(talk: Talk, path: bytes) -> None:
        await talk.say(true_answer(path))
        if path == b"/alice":
            await left.wait()
            await talk.say(farewell)
            talk.writer.close()
            await talk.writer.wait_closed()
            gone.set()

    left = asyncio.Event()
    async with (
        misbehaving(answer) as origin,
        a_site(origin_at(origin.port), UNCACHED) as site,
    ):
        await get(site.server, b"/alice")
        left.set()
        await gone.wait()
        for path in (b"/bob", b"/carol"):
            assert (await get(site.server, path)).body == b"for " + path
        assert origin.connections == 2
        assert origin.asked == [b"/alice", b"/bob", b"/carol"]
    assert caplog.records == []


async def test_an_empty_line_behind_an_answer_empties_no_cache() -> None:
    """Some origins end each body so: it is part of no answer."""
    answered, sent = asyncio.Event(), asyncio.Event()

    async def answer(talk: Talk, path: bytes) -> None:
        await talk.say(true_answer(path))
        await answered.wait()
        await talk.say(b"\r\n")
        sent.set()

    async with misbehaving(answer) as origin, a_site(origin_at(origin.port)) as site:
        await get(site.server, b"/alice")
        answered.set()
        await sent.wait()
        for path in (b"/bob", b"/alice"):
            assert (await get(site.server, path)).body == b"for " + path
        assert origin.asked == [b"/alice", b"/bob"]


@pytest.mark.parametrize(
    "bodiless",
    [b"204 No Content", b"304 Not Modified"],
)
async def test_a_body_where_there_may_be_none_reaches_nobody(bodiless: bytes) -> None:
    async def answer(talk: Talk, path: bytes) -> None:
        if path == b"/alice":
            head = b"HTTP/1.1 " + bodiless + b"\r\n\r\n"
            await talk.say(head)
            await talk.say(LEFTOVER)
            sent.set()
        else:
            await talk.say(true_answer(path))

    sent = asyncio.Event()
    async with misbehaving(answer) as origin, a_site(origin_at(origin.port)) as site:
        await get(site.server, b"/alice")
        await sent.wait()
        for path in (b"/bob", b"/carol", b"/bob"):
            assert (await get(site.server, path)).body == b"for " + path


@pytest.mark.parametrize("body", [LEFTOVER, b"a page"], ids=["an answer", "a page"])
async def test_an_answer_to_head_that_has_a_body_reaches_nobody(body: bytes) -> None:
    async def answer(talk: Talk, path: bytes) -> None:
        if path == b"/alice":
            await talk.say(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
            await talk.say(body)
            sent.set()
        else:
            await talk.say(true_answer(path))

    sent = asyncio.Event()
    async with misbehaving(answer) as origin, a_site(origin_at(origin.port)) as site:
        await get(site.server, b"/alice", method=b"HEAD")
        await sent.wait()
        for path in (b"/bob", b"/carol", b"/bob"):
            assert (await get(site.server, path)).body == b"for " + path


# Less than it should, or later


async def test_what_was_missing_of_an_answer_reaches_nobody() -> None:
    async def answer(talk: Talk, path: bytes) -> None:
        if path == b"/alice":
            await talk.say(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfor /")
            await given_up.wait()
            await talk.say(b"alice" + LEFTOVER)
        else:
            await talk.say(true_answer(path))

    given_up = asyncio.Event()
    async with (
        misbehaving(answer) as origin,
        a_site(origin_at(origin.port, read_timeout=SOON)) as site,
    ):
        alice = await get(site.server, b"/alice")
        assert alice.body == b"for /"  # and the connection was cut
        given_up.set()
        for path in (b"/bob", b"/carol", b"/bob"):
            assert (await get(site.server, path)).body == b"for " + path


async def test_an_answer_after_the_time_out_reaches_nobody() -> None:
    async def answer(talk: Talk, path: bytes) -> None:
        if path == b"/alice":
            await given_up.wait()
        await talk.say(true_answer(path))

    given_up = asyncio.Event()
    async with (
        misbehaving(answer) as origin,
        a_site(origin_at(origin.port, read_timeout=SOON, connection_attempts=1)) as site,
    ):
        assert (await get(site.server, b"/alice")).status == 504
        given_up.set()
        for path in (b"/bob", b"/carol", b"/bob"):
            assert (await get(site.server, path)).body == b"for " + path


async def test_what_a_viewer_did_not_wait_for_reaches_nobody() -> None:
    async def answer(talk: Talk, path: bytes) -> None:
        if path == b"/alice":
            begun.set()
            await left.wait()
        await talk.say(true_answer(path))

    begun, left = asyncio.Event(), asyncio.Event()
    async with misbehaving(answer) as origin, a_site(origin_at(origin.port)) as site:
        await get(site.server, b"/first")  # so that the connection is a kept one
        _, alice = await asyncio.open_connection("127.0.0.1", site.server.http_port)
        alice.write(asking(b"/alice"))
        await begun.wait()
        alice.transport.abort()
        left.set()
        for path in (b"/bob", b"/carol", b"/bob"):
            assert (await get(site.server, path)).body == b"for " + path


async def test_half_an_answer_holds_the_next_viewer_up_no_longer_than_the_time_out() -> None:
    """A head and half a body were left over, and come late: bob's own answer fills them up."""

    async def answer(talk: Talk, path: bytes) -> None:
        if talk.asked == [b"/alice", b"/bob"]:
            await talk.say(SURPLUS["a head and half a body"])
        await talk.say(true_answer(path))

    async with (
        misbehaving(answer) as origin,
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
async def test_an_answer_before_the_request_was_sent_whole_reaches_nobody() -> None:
    """The origin has a small window, and answers before it has read the whole request."""
    loop = asyncio.get_running_loop()
    asked: list[bytes] = []

    async def converse(talk: socket.socket) -> None:
        with talk:
            while begun := await loop.sock_recv(talk, 256):
                path = begun.split(b" ")[1]
                asked.append(path)
                surplus = LEFTOVER if len(asked) == 2 else b""
                await loop.sock_sendall(talk, surplus or true_answer(path))
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
            wire = asking(b"/bob", b"X-Long: " + b"x" * 15_000)
            bob = parsed(await exchange(site.server.http_port, wire))
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    assert bob.body == b"for /bob"
    assert asked == [b"/alice", b"/bob", b"/bob"]


async def test_an_origin_may_refuse_an_upload_before_it_has_read_it() -> None:
    async def answer(talk: Talk, path: bytes) -> None:
        if path == b"/alice":
            await talk.say(saying(b"too much", status=b"413 Content Too Large"))
        else:
            await talk.say(true_answer(path))

    async with (
        misbehaving(answer) as origin,
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
        wire = asking(b"/alice", sized, method=b"POST") + body[:100_000]
        reader, alice = await asyncio.open_connection("127.0.0.1", site.server.http_port)
        alice.write(wire)
        assert b"413" in await reader.readline()
        alice.close()
        for path in (b"/bob", b"/carol"):
            assert (await get(site.server, path)).body == b"for " + path


# An origin that hangs up at the worst moment


@pytest.mark.parametrize("how", ["FIN", "RST", "nothing read"])
@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
async def test_a_kept_connection_that_ends_as_a_request_arrives_costs_the_viewer_nothing(
    how: str, method: bytes
) -> None:
    async def answer(talk: Talk, path: bytes) -> None:
        if len(talk.asked) == 2:  # on a connection that was kept
            talk.writer.close() if how == "FIN" else talk.reset()
            return
        reply = true_answer(path)
        await talk.say(reply.partition(b"for ")[0] if method == b"HEAD" else reply)
        if how == "nothing read" and len(talk.asked) == 1:
            talk.writer.transport.pause_reading()  # type: ignore[attr-defined]
            talk.writer.close()

    async with (
        misbehaving(answer) as origin,
        a_site(origin_at(origin.port, connection_attempts=1), UNCACHED) as site,
    ):
        for number in range(20):
            reply = await get(site.server, b"/%d" % number, method=method)
            assert reply.status == 200
            assert method == b"HEAD" or reply.body == b"for /%d" % number


@pytest.mark.parametrize("method", [b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"])
async def test_what_may_not_be_sent_twice_meets_no_connection_that_is_about_to_end(
    method: bytes,
) -> None:
    async def answer(talk: Talk, path: bytes) -> None:
        if len(talk.asked) == 2:
            talk.writer.close()
            return
        await talk.say(true_answer(path))

    everything = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
    behavior = a_behavior(
        target_origin_id="here",
        cache_policy=CACHING_DISABLED,
        allowed_methods=everything,
    )
    async with (
        misbehaving(answer) as origin,
        a_site(origin_at(origin.port), behavior) as site,
    ):
        await get(site.server, b"/kept")
        for _ in range(3):
            wire = asking(b"/w", b"Content-Length: 2", method=method) + b"ab"
            assert parsed(await exchange(site.server.http_port, wire)).status == 200
        assert origin.asked.count(b"/w") == 3


async def test_an_answer_that_broke_off_is_not_taken_up_on_another_connection() -> None:
    async def answer(talk: Talk, path: bytes) -> None:
        if len(talk.asked) == 2:
            await talk.say(true_answer(path)[:-2])
            talk.writer.close()
            return
        await talk.say(true_answer(path))

    async with misbehaving(answer) as origin, a_site(origin_at(origin.port)) as site:
        await get(site.server, b"/alice")
        assert (await get(site.server, b"/bob")).body == b"for /b"
        assert (await get(site.server, b"/bob")).body == b"for /bob"  # and not kept
        assert origin.asked == [b"/alice", b"/bob", b"/bob"]
