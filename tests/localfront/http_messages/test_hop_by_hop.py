"""Hop-by-hop fields, and those named in `Connection`, are not forwarded in either direction."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.config.managed_policies import ALL_VIEWER
from localfront.http_messages.hop_by_hop import without_named
from localfront.http_messages.messages import Headers
from tests.localfront.factories import a_behavior, a_cache_policy, listed
from tests.localfront.fakes import FakeFunctions
from tests.localfront.origin_server import OriginServer, saying
from tests.localfront.real_sites import a_site
from tests.localfront.sites import GUARDED, request_of
from tests.localfront.wire import exchange, parsed, request_bytes

ALL_TO_ORIGIN = a_behavior(
    target_origin_id="here",
    cache_policy=a_cache_policy(default_ttl=60),
    origin_request_policy=ALL_VIEWER,
)


@pytest.mark.proves("OR-021")
async def test_a_viewers_connection_specific_headers_never_reach_the_origin() -> None:
    lines = [
        b"Connection: close, X-Secret ,x-OTHER,, proxy-thing",
        b"X-Secret: 1", b"X-Other: 2", b"x-secret: 3", b"X-Kept: 4", b"Connection: X-Third",
        b"X-Third: 5", b"Proxy-Thing: 6", b"Proxy-Authorization: Basic eDp5",
        b"Proxy-Connection: keep-alive", b"Keep-Alive: timeout=5", b"TE: trailers",
    ]  # fmt: skip

    async with OriginServer() as origin, a_site(origin.origin(), ALL_TO_ORIGIN) as site:
        wire = request_bytes(b"/a", *lines).replace(b"Connection: close\r\n", b"", 1)
        reply = parsed(await exchange(site.server.http_port, wire))

    assert reply.status == 200
    sent = origin.received[0].headers
    gone = ("x-secret", "x-other", "x-third", "keep-alive", "te")
    assert {n for n in sent.names() if n in gone or n.startswith("proxy-")} == set()
    assert sent.get("x-kept") == "4"
    assert "x-secret" not in (sent.get("connection") or "").lower()


@pytest.mark.proves("OR-021")
async def test_a_viewers_connection_header_cannot_remove_what_a_function_adds() -> None:
    """Removing the field before the origin would remove the function's value, too."""

    def marks(event: Any) -> object:
        request = request_of(event)
        line = {"key": "X-User", "value": "picard"}
        return {**request, "headers": {**request["headers"], "x-user": [line]}}

    functions = FakeFunctions()
    functions.body = marks
    behavior = a_behavior(
        target_origin_id="here",
        origin_request_policy=ALL_VIEWER,
        lambda_function_associations=GUARDED.lambda_function_associations,
    )
    async with (
        OriginServer() as origin,
        a_site(origin.origin(), behavior, functions=functions) as site,
    ):
        wire = request_bytes(b"/a", b"Connection: X-User, X-Forwarded-For", b"X-User: kirk")
        wire = wire.replace(b"Connection: close\r\n", b"", 1)
        await exchange(site.server.http_port, wire.replace(b"X-User, ", b"close, X-User, "))

    sent = origin.received[0].headers
    assert sent.get_all("x-user") == ("picard",)
    assert sent.get("x-forwarded-for") == "127.0.0.1"


@pytest.mark.proves("OR-021")
async def test_connection_specific_headers_are_not_in_the_cache_key() -> None:
    behavior = a_behavior(
        target_origin_id="here",
        cache_policy=a_cache_policy(default_ttl=60, headers=listed("x-variant")),
    )
    async with OriginServer() as origin, a_site(origin.origin(), behavior) as site:
        port = site.server.http_port
        await exchange(port, request_bytes(b"/a"))
        wire = request_bytes(b"/a", b"X-Variant: poison")
        hit = parsed(await exchange(port, wire.replace(b": close", b": close, x-variant")))

    assert hit.all(b"x-cache") == [b"Hit from cloudfront"]
    assert len(origin.received) == 1


@pytest.mark.proves("RV-014")
async def test_an_origins_connection_specific_headers_never_reach_the_viewer() -> None:
    response = saying(
        b"page",
        b"Connection: keep-alive, X-Internal", b"X-Internal: 10.0.0.1", b"X-Kept: 1",
        b"Proxy-Authenticate: Basic realm=x", b"Proxy-Connection: keep-alive",
        b"Keep-Alive: timeout=5",
    )  # fmt: skip

    async with OriginServer(response) as origin, a_site(origin.origin()) as site:
        replies = [
            parsed(await exchange(site.server.http_port, request_bytes(b"/a"))) for _ in "12"
        ]

    for reply in replies:  # from the origin, and from the cache
        for name in (
            b"x-internal",
            b"proxy-authenticate",
            b"proxy-connection",
            b"keep-alive",
        ):
            assert reply.all(name) == [], name
        assert reply.all(b"x-kept") == [b"1"]
    assert replies[1].all(b"x-cache") == [b"Hit from cloudfront"]


@pytest.mark.proves("RV-014")
async def test_an_origins_connection_header_cannot_remove_cache_control() -> None:
    response = saying(b"page", b"Connection: Cache-Control, Vary", b"Cache-Control: no-store")

    async with OriginServer(response) as origin, a_site(origin.origin()) as site:
        for _ in range(2):
            reply = parsed(await exchange(site.server.http_port, request_bytes(b"/a")))

    assert reply.all(b"x-cache") == [b"Miss from cloudfront"]
    assert reply.all(b"cache-control") == [b"no-store"]


@pytest.mark.parametrize("name", ["Host", "Content-Length", "Transfer-Encoding", "Upgrade"])
def test_end_to_end_headers_are_kept_even_if_connection_names_them(name: str) -> None:
    headers = Headers.of([("Connection", name), (name, "1"), ("X", "2")])

    assert without_named(headers) == headers
