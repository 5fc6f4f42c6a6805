"""Surplus bytes from an origin on a reused connection.

No viewer gets another's response, and the cache keeps none of it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from tests.localfront.misbehaving_origin import (
    CACHED,
    Talk,
    misbehaving,
    right_response,
)
from tests.localfront.origin_server import saying
from tests.localfront.origins.out_of_step import (
    LEFTOVER,
    SURPLUS,
    UNCACHED,
    each_path_gets_its_response,
    get,
)
from tests.localfront.real_sites import a_site, origin_at
from tests.localfront.wire import parsed, request_bytes

# The others swallow the true answer when they come right before it, and look like one.
SWALLOWING = {
    "a large response", "a head and half a body", "half a head", "a response without an end",
    "the beginning of a probe", "half a probe",
}  # fmt: skip


TOLD_APART = {kind: wire for kind, wire in SURPLUS.items() if kind not in SWALLOWING}


each_surplus = pytest.mark.parametrize("surplus", SURPLUS.values(), ids=SURPLUS)


@each_surplus
@pytest.mark.parametrize("padding", [0, 131_072, 300_000], ids=lambda p: f"after {p}")
async def test_surplus_in_one_write_with_a_response_reaches_no_viewer(
    surplus: bytes, padding: int
) -> None:
    async def respond(talk: Talk, path: bytes) -> None:
        body = b"for " + path + b" " * (padding if path == b"/alice" else 0)
        more = surplus if path == b"/alice" else b""
        await talk.say(saying(body, CACHED) + more)

    async with (
        misbehaving(respond) as origin,
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
async def test_surplus_before_the_next_request_reaches_no_viewer(
    surplus: bytes, behavior: dict[str, Any]
) -> None:
    responded, sent = asyncio.Event(), asyncio.Event()

    async def respond(talk: Talk, path: bytes) -> None:
        await talk.say(right_response(path))
        if path == b"/alice":
            await responded.wait()
            await talk.say(surplus)
            sent.set()

    async with (
        misbehaving(respond) as origin,
        a_site(origin_at(origin.port), **behavior) as site,
    ):
        reply = await get(site.server, b"/alice")
        assert reply.body == b"for /alice"
        responded.set()
        await sent.wait()  # it is in the kernel's buffer from here on
        for path in (b"/bob", b"/carol", b"/bob"):
            reply = await get(site.server, path)
            assert (reply.status, reply.body) == (200, b"for " + path)
            assert reply.all(b"set-cookie") == []


@pytest.mark.parametrize("surplus", TOLD_APART.values(), ids=TOLD_APART)
async def test_surplus_in_one_write_with_the_next_response_reaches_no_viewer(
    surplus: bytes,
) -> None:
    async def respond(talk: Talk, path: bytes) -> None:
        is_second = talk.received == [b"/alice", b"/bob"]
        await talk.say((surplus if is_second else b"") + right_response(path))

    await each_path_gets_its_response(respond)


@pytest.mark.parametrize("surplus", [LEFTOVER, SURPLUS["a large response"]], ids=["small", "large"])
async def test_late_surplus_that_looks_like_a_response_is_removed_from_the_cache(
    surplus: bytes,
) -> None:
    async def respond(talk: Talk, path: bytes) -> None:
        if talk.received == [b"/alice", b"/bob"]:
            await talk.say(surplus)
            await taken.wait()
            await talk.say(right_response(path))
            detected.set()
        else:
            await talk.say(right_response(path))

    taken, detected = asyncio.Event(), asyncio.Event()
    async with misbehaving(respond) as origin, a_site(origin_at(origin.port)) as site:
        await get(site.server, b"/alice")
        bob = await get(site.server, b"/bob")
        assert bob.body == surplus.partition(b"\r\n\r\n")[2]  # as every client would
        taken.set()
        await detected.wait()
        for path in (b"/carol", b"/bob", b"/alice"):
            reply = await get(site.server, path)
            assert (reply.status, reply.body) == (200, b"for " + path)
        assert origin.received.count(b"/alice") == 2  # it came over that connection, too


async def test_a_response_found_to_be_surplus_is_truncated_and_not_stored() -> None:
    surplus = SURPLUS["a large response"]

    async def respond(talk: Talk, path: bytes) -> None:
        if talk.received == [b"/alice", b"/bob"]:
            await talk.say(surplus[:-10])
            await begun.wait()
            await talk.say(surplus[-10:] + right_response(path))
        else:
            await talk.say(right_response(path))

    begun = asyncio.Event()
    async with misbehaving(respond) as origin, a_site(origin_at(origin.port)) as site:
        await get(site.server, b"/alice")
        reader, bob = await asyncio.open_connection("127.0.0.1", site.server.http_port)
        bob.write(request_bytes(b"/bob"))
        head = await reader.readuntil(b"LEFTOVER")
        begun.set()
        reply = parsed(head + await reader.read())
        bob.close()
        promised = int(reply.all(b"content-length")[0])
        assert len(reply.body) < promised  # so that bob's browser does not believe it
        for path in (b"/carol", b"/bob"):
            assert (await get(site.server, path)).body == b"for " + path


async def test_unparsable_bytes_after_a_response_are_surplus(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def respond(talk: Talk, path: bytes) -> None:
        whole = right_response(path)
        if path != b"/alice":
            await talk.say(whole)
            return
        await talk.say(whole[:-1])
        await begun.wait()
        await talk.say(whole[-1:] + b"\x00garbage")

    begun = asyncio.Event()
    async with misbehaving(respond) as origin, a_site(origin_at(origin.port)) as site:
        reader, alice = await asyncio.open_connection("127.0.0.1", site.server.http_port)
        alice.write(request_bytes(b"/alice"))
        await reader.readuntil(b"for /alic")
        begun.set()
        assert await reader.read() == b"e"
        alice.close()
        for path in (b"/bob", b"/carol", b"/dave"):
            assert (await get(site.server, path)).body == b"for " + path
        assert origin.connections == 4
    assert "sends more than was requested" in caplog.text


async def test_an_origin_that_sent_surplus_gets_a_new_connection_per_request(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def respond(talk: Talk, path: bytes) -> None:
        await talk.say(right_response(path) + LEFTOVER)

    with caplog.at_level(logging.WARNING, "localfront"):
        origin = await each_path_gets_its_response(respond, behavior=UNCACHED)

    assert origin.connections == 4
    detected = [record.getMessage() for record in caplog.records]
    assert len(detected) == 1
    assert f"127.0.0.1:{origin.port}" in detected[0]


async def test_connections_idle_when_surplus_was_detected_are_not_reused() -> None:
    both, sent = asyncio.Barrier(2), asyncio.Event()
    talks: list[Talk] = []

    async def respond(talk: Talk, path: bytes) -> None:
        if path in (b"/alice", b"/ann"):
            talks.append(talk)
            await both.wait()  # so that there are two connections
        await talk.say(right_response(path))
        if path == b"/alice":
            await idle.wait()
            await talk.say(LEFTOVER)
            sent.set()

    idle = asyncio.Event()
    async with (
        misbehaving(respond) as origin,
        a_site(origin_at(origin.port), UNCACHED) as site,
    ):
        await asyncio.gather(get(site.server, b"/alice"), get(site.server, b"/ann"))
        idle.set()
        await sent.wait()
        for path in (b"/bob", b"/carol"):
            assert (await get(site.server, path)).body == b"for " + path
    assert sorted(talk.received for talk in talks) == [[b"/alice"], [b"/ann"]]
