"""Requests to S3 over real sockets, answered as AWS would answer CloudFront.

The emulator is an origin server: what it receives is what an emulator would.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from localfront.origins.client import OriginClient
from tests.localfront.emulated import (
    BUCKET,
    LISTABLE,
    READABLE,
    allowing,
    emulator,
    fetch,
    is_access_denied,
    reason,
    to_s3,
)
from tests.localfront.factories import (
    DISTRIBUTION_ARN,
    a_request,
    an_origin,
)
from tests.localfront.origin_server import OriginServer, saying

NO_SUCH_KEY = saying(b"<Code>NoSuchKey</Code>", status=b"404 Not Found")


@pytest.mark.proves("S3-002")
@pytest.mark.parametrize(
    "statements",
    [
        pytest.param([], id="no policy"),
        pytest.param(
            [
                {
                    **READABLE,
                    "Condition": {"StringEquals": {"AWS:SourceArn": f"{DISTRIBUTION_ARN}X"}},
                }
            ],
            id="another distribution",
        ),
        pytest.param(
            [{**READABLE, "Principal": {"Service": "lambda.amazonaws.com"}}],
            id="another service",
        ),
        pytest.param([allowing("s3:GetObject", resource=f"{BUCKET}/other/*")], id="another key"),
        pytest.param([LISTABLE], id="listing alone"),
    ],
)
async def test_a_request_that_the_policy_does_not_allow_is_403_without_an_origin_request(
    client: OriginClient, statements: list[Mapping[str, Any]]
) -> None:
    async with OriginServer() as server:
        response = await fetch(emulator(client, server, *statements), to_s3(), an_origin())

    assert is_access_denied(response)
    assert "bucket pages does not allow s3:GetObject" in reason(response)
    assert server.received == []


@pytest.mark.proves("S3-002", "S3-008")
@pytest.mark.parametrize(
    ("method", "action"),
    [
        ("GET", "s3:GetObject"),
        ("HEAD", "s3:GetObject"),
        ("PUT", "s3:PutObject"),
        ("DELETE", "s3:DeleteObject"),
    ],
)
async def test_each_method_needs_its_own_action(
    client: OriginClient, method: str, action: str
) -> None:
    others = {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"} - {action}
    request = to_s3(method=method)

    async with OriginServer(saying(b"")) as server:
        granted = emulator(client, server, allowing(action))
        refused = emulator(client, server, allowing(*others))

        assert is_access_denied(await fetch(refused, request, an_origin()))
        assert (await fetch(granted, request, an_origin())).status == 200

    assert len(server.received) == 1


@pytest.mark.proves("RT-015")
async def test_the_root_of_a_bucket_is_its_listing_if_allowed(
    client: OriginClient,
) -> None:
    async with OriginServer(saying(b"<ListBucketResult/>")) as server:
        refused = await fetch(emulator(client, server, READABLE), to_s3("/"), an_origin())
        listed = await fetch(emulator(client, server, LISTABLE), to_s3("/"), an_origin())

    assert is_access_denied(refused)
    assert listed.body == b"<ListBucketResult/>"
    assert [received.target for received in server.received] == ["/pages/"]


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("DELETE", "/"),
        ("PUT", "/"),
        ("POST", "/"),
        ("POST", "/?delete"),
        ("POST", "/a"),
        ("PATCH", "/a"),
    ],
)
async def test_a_permission_for_objects_and_lists_does_not_allow_changing_the_bucket(
    client: OriginClient, method: str, target: str
) -> None:
    objects = allowing("s3:GetObject", "s3:PutObject", "s3:DeleteObject")

    async with OriginServer() as server:
        origins = emulator(client, server, objects, LISTABLE)
        response = await fetch(origins, to_s3(target, method=method), an_origin())

    assert is_access_denied(response)
    assert server.received == []


@pytest.mark.proves("S3-003")
async def test_a_missing_key_is_403_without_list_permission(
    client: OriginClient,
) -> None:
    async with OriginServer(NO_SUCH_KEY) as server:
        response = await fetch(emulator(client, server, READABLE), to_s3(), an_origin())

    assert is_access_denied(response)
    assert b"NoSuchKey" not in response.held
    assert "may not list the bucket" in reason(response)


@pytest.mark.proves("S3-003")
async def test_a_missing_key_is_404_with_list_permission(client: OriginClient) -> None:
    async with OriginServer(NO_SUCH_KEY) as server:
        response = await fetch(emulator(client, server, READABLE, LISTABLE), to_s3(), an_origin())

    assert (response.status, response.body) == (404, b"<Code>NoSuchKey</Code>")


@pytest.mark.proves("S3-004")
@pytest.mark.parametrize("host", ["logs.example.com", "other.s3.amazonaws.com", ""])
async def test_a_host_other_than_the_buckets_is_403(client: OriginClient, host: str) -> None:
    request = a_request("/home.html", headers=[("Host", host)])

    async with OriginServer() as server:
        response = await fetch(emulator(client, server, READABLE), request, an_origin())

    assert is_access_denied(response)
    assert "S3-004" in reason(response)
    assert server.received == []


async def test_an_emulators_own_headers_are_removed(
    client: OriginClient,
) -> None:
    lines = (
        b"X-Amzn-RequestId: 1",
        b"Access-Control-Allow-Origin: *",
        b"x-amz-version-id: 7",
    )
    cors = to_s3(headers=[("Origin", "https://a.test")])

    async with OriginServer(saying(b"", *lines)) as server:
        origins = emulator(client, server, READABLE)
        plain = await fetch(origins, to_s3(), an_origin())
        shared = await fetch(origins, cors, an_origin())

    assert plain.headers.names() == {"content-length", "x-amz-version-id"}
    assert shared.headers.get("access-control-allow-origin") == "*"


async def test_a_viewers_header_cannot_select_another_service_of_the_emulator(
    client: OriginClient,
) -> None:
    lines = [("X-Amz-Target", "DynamoDB_20120810.Scan")]

    async with OriginServer() as server:
        await fetch(emulator(client, server, READABLE), to_s3(headers=lines), an_origin())

    assert "x-amz-target" not in server.received[0].headers


@pytest.mark.proves("LE-018")
async def test_a_header_that_is_not_utf8_is_converted(client: OriginClient) -> None:
    latin = b"caf\xe9".decode("utf-8", "surrogateescape")
    lines = [("X-Latin", latin), ("X-Amz-Meta-Latin", latin), ("X-Utf8", "caf\u00e9")]

    async with OriginServer() as server:
        await fetch(emulator(client, server, READABLE), to_s3(headers=lines), an_origin())

    sent = server.received[0].headers
    values = {sent.get(name) for name, _ in lines}
    assert values == {"caf\u00e9".encode().decode("iso-8859-1")}


@pytest.mark.proves("S3-008")
@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("GET", "/a?acl", []),
        ("GET", "/a?x=1&%61cl=", []),
        ("PUT", "/a?acl", []),
        ("GET", "/?policy", []),
        ("DELETE", "/a?tagging", []),
        ("PUT", "/a", [("X-Amz-Copy-Source", "/another-bucket/secret")]),
    ],
)
async def test_a_permission_for_objects_does_not_cover_their_subresources(
    client: OriginClient, method: str, target: str, headers: list[tuple[str, str]]
) -> None:
    objects = allowing("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
    request = to_s3(target, method=method)
    for name, value in headers:
        request = request.with_headers(request.headers.adding(name, value))

    async with OriginServer() as server:
        origins = emulator(client, server, objects, LISTABLE)
        response = await fetch(origins, request, an_origin())

    assert is_access_denied(response)
    assert server.received == []
