"""The request that an origin receives on the wire for a viewer's."""

from __future__ import annotations

import pytest

from localfront.config.managed_policies import (
    ALL_VIEWER,
    ALL_VIEWER_EXCEPT_HOST_HEADER,
)
from tests.localfront.factories import an_api_behavior
from tests.localfront.origin_server import OriginServer, Received
from tests.localfront.real_sites import a_site
from tests.localfront.wire import exchange, request_bytes

LEGACY_TABLE = (
    *(b"Cache-Control: no-cache", b"Content-MD5: x", b"Date: Mon", b"From: a@b.test"),
    *(b"Max-Forwards: 3", b"Origin: https://a.test", b"Pragma: no-cache"),
    *(b"Request-Range: bytes=0-1", b"Warning: 199 - x"),
)
BY_POLICY = (
    *(b"Accept: text/html", b"Accept-Charset: utf-8", b"Accept-Language: en"),
    *(b"Referer: https://a.test/", b"X-HTTP-Method-Override: PUT", b"X-Own: 1"),
)
NEVER = (
    *(b"Expect: x", b"TE: trailers", b"Trailer: X-Late", b"Keep-Alive: timeout=5"),
    *(b"Proxy-Authorization: x", b"Proxy-Connection: close", b"X-Real-IP: 192.0.2.1"),
    *(b"X-Edge-Location: x", b"X-Amz-Cf-Id: forged", b"X-Forwarded-Proto: gopher"),
)


async def received(*lines: bytes, method: bytes = b"GET", **behavior: object) -> Received:
    """The request as the origin received it."""
    served = an_api_behavior(path_pattern="*", target_origin_id="here", **behavior)
    async with OriginServer() as origin, a_site(origin.origin(), served) as site:
        await exchange(site.server.http_port, request_bytes(b"/a%20b?c=%64", *lines, method=method))
    (only,) = origin.received
    return only


@pytest.mark.proves("OR-001", "OR-002", "OR-003", "OR-004", "OR-005", "OR-007", "OR-010")
async def test_without_a_policy_the_origin_gets_only_cloudfronts_own_headers() -> None:
    found = await received(
        *(*BY_POLICY, *LEGACY_TABLE, *NEVER),
        *(b"User-Agent: browser", b"Cookie: a=1", b"Authorization: Basic eDp5"),
        *(b"X-Forwarded-For: 192.0.2.7", b"Accept-Encoding: br"),
    )

    via = found.headers.get("via") or ""
    assert (found.method, found.target, found.version) == ("GET", "/a%20b", "HTTP/1.1")
    assert found.headers.get("host") == "127.0.0.1"
    assert found.headers.get("user-agent") == "Amazon CloudFront"
    assert found.headers.get("x-forwarded-for") == "192.0.2.7, 127.0.0.1"
    assert found.headers.get("x-amz-cf-id") == "request-id=="
    assert via.startswith("1.1 ")
    assert via.endswith(".cloudfront.net (CloudFront)")
    assert found.headers.names() == {
        "host", "user-agent", "x-forwarded-for", "x-amz-cf-id", "via", "connection",
    }  # fmt: skip


@pytest.mark.proves("OR-006", "OR-007", "OR-010", "PO-011")
async def test_all_viewer_forwards_all_headers_except_hop_by_hop_ones() -> None:
    found = await received(*(*BY_POLICY, *LEGACY_TABLE, *NEVER), origin_request_policy=ALL_VIEWER)

    for line in (*BY_POLICY, *LEGACY_TABLE):
        name, _, value = line.decode().partition(": ")
        assert found.headers.get_all(name) == (value,)
    assert found.headers.get("host") == "logs.example.com"
    assert found.headers.get("x-amz-cf-id") == "request-id=="
    gone = {line.decode().partition(":")[0].lower() for line in NEVER} - {"x-amz-cf-id"}
    assert found.headers.names() & gone == set()


@pytest.mark.proves("PO-012", "OR-002")
async def test_all_viewer_except_host_header_forwards_all_but_host_to_an_api() -> None:
    found = await received(
        *(*BY_POLICY, b"Cookie: b=2; a=1"),
        origin_request_policy=ALL_VIEWER_EXCEPT_HOST_HEADER,
    )

    assert found.target == "/a%20b?c=%64"
    assert found.headers.get("host") == "127.0.0.1"
    assert found.headers.get("cookie") == "a=1; b=2"
    assert found.headers.get("x-own") == "1"


@pytest.mark.parametrize(
    ("method", "kept"),
    [(b"GET", False), (b"HEAD", False), (b"OPTIONS", True)]
    + [(method, True) for method in (b"POST", b"PUT", b"PATCH", b"DELETE")],
)
@pytest.mark.proves("OR-008")
async def test_authorization_is_forwarded_only_for_unsafe_methods(
    method: bytes, kept: bool
) -> None:
    lines = [b"Authorization: Basic eDp5", b"Content-Length: 0"]
    found = await received(*lines[: 1 if method in (b"GET", b"HEAD") else 2], method=method)

    assert ("authorization" in found.headers) is kept


@pytest.mark.proves("OR-009")
async def test_authorization_is_forwarded_if_the_policy_has_all_viewer_headers() -> None:
    found = await received(b"Authorization: Basic eDp5", origin_request_policy=ALL_VIEWER)

    assert found.headers.get_all("authorization") == ("Basic eDp5",)


@pytest.mark.proves("OR-011", "OR-012")
async def test_an_origin_gets_its_own_path_prefix_and_custom_headers() -> None:
    behavior = an_api_behavior(
        path_pattern="*", target_origin_id="here", origin_request_policy=ALL_VIEWER
    )

    async with OriginServer() as server:
        origin = server.origin(origin_path="/prod", custom_headers=(("X-Key", "the origin's"),))
        async with a_site(origin, behavior) as site:
            wire = request_bytes(b"/api/x", b"x-key: the viewer's", b"X-Key: again")
            await exchange(site.server.http_port, wire)

    (found,) = server.received
    assert found.target == "/prod/api/x"
    assert found.headers.get_all("x-key") == ("the origin's",)
