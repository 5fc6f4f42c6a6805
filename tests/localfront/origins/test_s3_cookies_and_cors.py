"""The cookies and CORS headers that are forwarded to S3."""

from __future__ import annotations

import pytest

from localfront.config.managed_policies import MANAGED
from localfront.origins.client import OriginClient
from tests.localfront.emulated import READABLE, emulator, fetch, to_s3
from tests.localfront.factories import (
    ALL,
    a_behavior,
    a_cache_policy,
    a_request,
    an_origin,
    listed,
)
from tests.localfront.origin_server import OriginServer, saying
from tests.localfront.sites import PAGE, site, x_cache

CORS_S3_ORIGIN = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"
PREFLIGHT = (
    ("Origin", "https://a.test"),
    ("Access-Control-Request-Method", "PUT"),
    ("Access-Control-Request-Headers", "x-own"),
)


@pytest.mark.proves("S3-007")
async def test_a_cookie_affects_neither_the_request_to_s3_nor_its_response(
    client: OriginClient,
) -> None:
    async with OriginServer(saying(b"a page")) as server:
        origins = emulator(client, server, READABLE)
        plain = await fetch(origins, to_s3(), an_origin())
        cookie = to_s3(headers=[("Cookie", "id=1")])
        with_cookie = await fetch(origins, cookie, an_origin())

    assert plain.status == with_cookie.status == 200
    signed = [r.headers.get("authorization") or "" for r in server.received]
    assert [r.headers.get("cookie") for r in server.received] == [None, "id=1"]
    assert all("SignedHeaders=" in each and "cookie" not in each for each in signed)


@pytest.mark.proves("S3-007")
async def test_forwarding_cookies_to_s3_only_splits_the_cache() -> None:
    behavior = a_behavior(cache_policy=a_cache_policy(cookies=ALL))
    edge = site(default=behavior, responses={"/a": PAGE})

    responses = [await edge.get("/a", headers=[("Cookie", f"id={n}")]) for n in (1, 2)]

    assert [x_cache(response) for response in responses] == ["Miss from cloudfront"] * 2
    assert responses[0].held == responses[1].held == b"a page"


@pytest.mark.proves("S3-009", "PO-013")
async def test_the_managed_policy_for_cors_forwards_the_preflight_headers_to_s3() -> None:
    behavior = a_behavior(
        allowed_methods=frozenset({"GET", "HEAD", "OPTIONS"}),
        origin_request_policy=MANAGED.origin_request[CORS_S3_ORIGIN],
    )
    edge = site(default=behavior, responses={"/a": PAGE})

    await edge.get("/a", method="OPTIONS", headers=[*PREFLIGHT, ("X-Own", "1")])

    sent = edge.origins.received[0].request.headers
    assert [(name, sent.get(name)) for name, _ in PREFLIGHT] == list(PREFLIGHT)
    assert "x-own" not in sent


@pytest.mark.proves("S3-009", "CA-004")
async def test_preflights_are_cached_by_their_cors_headers() -> None:
    names = (
        "origin",
        "access-control-request-method",
        "access-control-request-headers",
    )
    behavior = a_behavior(
        allowed_methods=frozenset({"GET", "HEAD", "OPTIONS"}),
        cached_methods=frozenset({"GET", "HEAD", "OPTIONS"}),
        cache_policy=a_cache_policy(headers=listed(*names)),
    )
    edge = site(default=behavior, responses={"/a": PAGE})
    other = [("Origin", "https://b.test"), *PREFLIGHT[1:]]

    results = [
        x_cache(await edge.respond(a_request("/a", method="OPTIONS", headers=lines)))
        for lines in (PREFLIGHT, PREFLIGHT, other)
    ]

    miss, hit = "Miss from cloudfront", "Hit from cloudfront"
    assert results == [miss, hit, miss]
    assert [a.request.headers.get("origin") for a in edge.origins.received] == [
        "https://a.test",
        "https://b.test",
    ]
