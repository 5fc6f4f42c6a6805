"""Unrequested bytes from an origin on a kept connection, and the viewers that must not get them."""

from __future__ import annotations

from typing import Any

from localfront.config.managed_policies import CACHING_DISABLED
from localfront.server.http_server import HttpServer
from tests.localfront.factories import a_behavior
from tests.localfront.misbehaving_origin import (
    CACHED,
    Misbehaving,
    Respond,
    misbehaving,
)
from tests.localfront.origin_server import saying
from tests.localfront.real_sites import a_site, origin_at
from tests.localfront.wire import Reply, exchange, parsed, request_bytes

PATIENCE = 10  # seconds, before a test that hangs fails
SOON = 0.2  # seconds, for time-outs that have to pass
LEFTOVER = saying(b"LEFTOVER", CACHED, b"Set-Cookie: whose=another")
SURPLUS = {
    "a response": LEFTOVER,
    "a large response": saying(b"LEFTOVER" * 40_000, CACHED),
    "two responses": LEFTOVER + LEFTOVER,
    "a chunked response": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nLEFTOVER\r\n0\r\n\r\n",
    "a head and half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\nLEFTOVER",
    "half a head": b"HTTP/1.1 200 OK\r\nX-Left: LEFTOVER",
    "a letter": b"H",
    "garbage": b"\x00LEFTOVER",
    "an empty line": b"\r\n",
    "an interim response": b"HTTP/1.1 103 Early Hints\r\nLink: </left>\r\n\r\n",
    "a time-out of the idle connection": saying(b"LEFTOVER", status=b"408 Late"),
    "the end of chunks again": b"0\r\n\r\n",
    # Made for the bytes with which a parser is asked what it holds back: as one they are a message.
    "the beginning of a probe": b"HTTP/1.1 199 ",
    "half a probe": b"HTTP/1.1 199 -\r\nX: ",
    "a response without an end": b"HTTP/1.1 200 OK\r\n\r\nLEFTOVER",
}


UNCACHED = a_behavior(target_origin_id="here", cache_policy=CACHING_DISABLED)


async def get(server: HttpServer, path: bytes, **more: Any) -> Reply:
    return parsed(await exchange(server.http_port, request_bytes(path, **more)))


async def each_path_gets_its_response(response: Respond, **site: Any) -> Misbehaving:
    """alice's response, then bob's and carol's; then bob's again, from the cache if there is one."""
    async with (
        misbehaving(response) as origin,
        a_site(origin_at(origin.port, read_timeout=PATIENCE), **site) as served,
    ):
        for path in (b"/alice", b"/bob", b"/carol", b"/bob"):
            reply = await get(served.server, path)
            assert (reply.status, reply.body) == (200, b"for " + path)
            assert reply.all(b"set-cookie") == []
    return origin
