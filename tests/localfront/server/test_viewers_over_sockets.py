"""A viewer's view of the wire: redirects, cache results, and framing."""

from __future__ import annotations

import pytest

from localfront.config.distribution import ViewerProtocolPolicy
from tests.localfront.factories import (
    ALL,
    a_behavior,
    a_cache_policy,
    an_api_behavior,
)
from tests.localfront.fakes import FakeClock
from tests.localfront.origin_server import OriginServer, saying
from tests.localfront.real_sites import KEPT, Site, a_site
from tests.localfront.wire import (
    Reply,
    exchange,
    over_tls,
    parsed,
    request_bytes,
)

REDIRECTING = ViewerProtocolPolicy.REDIRECT_TO_HTTPS


async def ask(site: Site, *lines: bytes, target: bytes = b"/a") -> Reply:
    return parsed(await exchange(site.server.http_port, request_bytes(target, *lines)))


def x_cache(reply: Reply) -> bytes:
    return b", ".join(reply.all(b"x-cache"))


@pytest.mark.parametrize(
    ("method", "version", "status"),
    [
        (b"GET", b"HTTP/1.1", 301),
        (b"HEAD", b"HTTP/1.1", 301),
        (b"GET", b"HTTP/1.0", 301),
        *((m, b"HTTP/1.1", 307) for m in (b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH")),
        *((m, b"HTTP/1.0", 403) for m in (b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH")),
    ],
)  # fmt: skip
@pytest.mark.proves("VP-001", "VP-002")
async def test_a_redirect_to_https_preserves_the_method(
    method: bytes, version: bytes, status: int
) -> None:
    behavior = an_api_behavior(
        path_pattern="*", target_origin_id="here", viewer_protocol_policy=REDIRECTING
    )
    wire = request_bytes(b"/a?b=1", method=method).replace(b"HTTP/1.1", version)

    async with OriginServer() as origin, a_site(origin.origin(), behavior) as site:
        reply = parsed(await exchange(site.server.http_port, wire))

    assert reply.status == status
    assert reply.all(b"location") == ([] if status == 403 else [b"https://logs.example.com/a?b=1"])
    assert origin.received == []


@pytest.mark.proves("HO-010")
async def test_a_disabled_distribution_serves_no_viewer() -> None:
    async with (
        OriginServer() as origin,
        a_site(origin.origin(), KEPT, enabled=False) as site,
    ):
        reply = await ask(site)

    assert (reply.status, x_cache(reply)) == (403, b"Error from cloudfront")
    assert origin.received == []


@pytest.mark.proves("CA-005")
async def test_viewers_over_http_and_https_share_an_object() -> None:
    async with OriginServer() as origin, a_site(origin.origin(), KEPT) as site:
        over_http = await ask(site)
        wire = request_bytes(b"/a")
        over_https, _ = await over_tls(site.server.https_port, "logs.example.com", wire)

    assert x_cache(over_http) == b"Miss from cloudfront"
    assert x_cache(parsed(over_https)) == b"Hit from cloudfront"
    assert len(origin.received) == 1


@pytest.mark.proves("RV-004", "CA-020", "RV-005")
async def test_x_cache_has_the_result_of_each_request() -> None:
    clock = FakeClock()
    responses = (
        saying(b"page", b'ETag: "1"'),
        b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n',
        saying(b"gone", status=b"410 Gone"),
    )
    results = []

    async with (
        OriginServer(*responses) as origin,
        a_site(origin.origin(), KEPT, clock=clock) as site,
    ):
        for pause in (0, 0, 61, 0, 61):
            clock.advance(pause)
            reply = await ask(site)
            results.append((x_cache(reply), reply.body))

    assert results == [
        (b"Miss from cloudfront", b"page"),
        (b"Hit from cloudfront", b"page"),
        (b"RefreshHit from cloudfront", b"page"),
        (b"Hit from cloudfront", b"page"),
        (b"Error from cloudfront", b"gone"),
    ]


@pytest.mark.proves("RV-001", "RV-002", "RV-003")
async def test_each_response_has_cloudfronts_headers_once() -> None:
    forged = saying(b"ok", b"X-Cache: Hit", b"X-Amz-Cf-Id: forged", b"X-Amz-Cf-Pop: X")

    async with OriginServer(forged) as origin, a_site(origin.origin()) as site:
        missed, hit = await ask(site), await ask(site)
        sent_id = origin.received[0].headers.get("x-amz-cf-id")

    for reply in (missed, hit):
        for name in (b"via", b"x-cache", b"x-amz-cf-pop", b"x-amz-cf-id"):
            assert len(reply.all(name)) == 1
        assert reply.all(b"via")[0].endswith(b".cloudfront.net (CloudFront)")
    assert missed.all(b"x-amz-cf-id") == [(sent_id or "").encode()]


@pytest.mark.proves("RV-008")
async def test_a_chunked_response_stays_chunked_without_its_trailers() -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\n"
        b"Upgrade: h2c\r\n\r\n4\r\npage\r\n0\r\nX-Late: 1\r\n\r\n"
    )

    async with OriginServer(chunked) as origin, a_site(origin.origin()) as site:
        reply = await ask(site)

    assert reply.all(b"transfer-encoding") == [b"chunked"]
    assert reply.all(b"content-length") == []
    assert reply.body == b"4\r\npage\r\n0\r\n\r\n"
    assert reply.all(b"trailer") == reply.all(b"upgrade") == reply.all(b"x-late") == []


@pytest.mark.parametrize(
    "status",
    [b"301 Moved Permanently", b"302 Found", b"303 See Other", b"307 Temporary Redirect"],
)  # fmt: skip
@pytest.mark.proves("RV-010", "CA-030")
async def test_an_origins_redirect_reaches_the_viewer_unchanged(
    status: bytes,
) -> None:
    there = b"Location: http://elsewhere.test/x?y=%20"

    async with (
        OriginServer(saying(b"", there, status=status)) as origin,
        a_site(origin.origin()) as site,
    ):
        reply = await ask(site)

    assert b"%d %s" % (reply.status, reply.reason) == status
    assert reply.all(b"location") == [there.removeprefix(b"Location: ")]
    assert len(origin.received) == 1


@pytest.mark.parametrize("forwarded", [True, False])
@pytest.mark.proves("CA-024", "RV-007")
async def test_cookies_are_forwarded_in_both_directions_or_in_neither(forwarded: bool) -> None:
    policy = a_cache_policy(cookies=ALL) if forwarded else a_cache_policy()
    behavior = a_behavior(target_origin_id="here", cache_policy=policy)
    response = saying(b"ok", b"Set-Cookie: a=1; HttpOnly", b"Set-Cookie: b=2")

    async with (
        OriginServer(response) as origin,
        a_site(origin.origin(), behavior) as site,
    ):
        reply = await ask(site, b"Cookie: z=1; y=2")

    sent = origin.received[0].headers.get_all("cookie")
    assert sent == (("y=2; z=1",) if forwarded else ())
    assert reply.all(b"set-cookie") == ([b"a=1; HttpOnly", b"b=2"] if forwarded else [])


@pytest.mark.proves("VP-005", "VP-008")
@pytest.mark.parametrize(
    ("method", "body"), [(b"POST", b""), (b"DELETE", b""), (b"GET", b"a body")]
)
async def test_a_disallowed_method_is_403_and_does_not_reach_the_origin(
    method: bytes, body: bytes
) -> None:
    wire = request_bytes(b"/a", b"Content-Length: %d" % len(body), method=method) + body

    async with OriginServer() as origin, a_site(origin.origin(), KEPT) as site:
        reply = parsed(await exchange(site.server.http_port, wire))

    assert (reply.status, x_cache(reply)) == (403, b"Error from cloudfront")
    assert origin.received == []
