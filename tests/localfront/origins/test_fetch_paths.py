"""No path escapes from a bucket or an API into the rest of an emulator."""

from __future__ import annotations

import pytest

from localfront.origins.client import OriginClient
from tests.localfront.emulated import (
    LISTABLE,
    READABLE,
    emulator,
    fetch,
    is_access_denied,
    reason,
    to_api,
    to_s3,
)
from tests.localfront.factories import (
    a_request,
    an_api_origin,
    an_origin,
)
from tests.localfront.origin_server import OriginServer

CLIMBING = [
    "/../other/secret",
    "/%2e%2e/other/secret",
    "/.%2E/other/secret",
    "/..%2fother/secret",
    "/..%5Cother\\secret",
    "/..\\other/secret",
    "/a/../../other/secret",
    "/a/%2E./%2e./_admin/reset",
    "/./home.html",
    "/a/.",
    "/..",
]


@pytest.mark.parametrize("path", CLIMBING)
async def test_no_path_leaves_an_emulated_bucket(client: OriginClient, path: str) -> None:
    async with OriginServer() as server:
        unlisted = emulator(client, server, READABLE)
        listed = emulator(client, server, READABLE, LISTABLE)
        refused = await fetch(unlisted, to_s3(path), an_origin())
        missing = await fetch(listed, to_s3(path), an_origin())

    assert is_access_denied(refused)
    assert (missing.status, b"NoSuchKey" in missing.held) == (404, True)
    assert "not sent to an emulator" in reason(missing)
    assert server.received == []


@pytest.mark.parametrize("path", CLIMBING)
async def test_no_path_leaves_an_emulated_api(client: OriginClient, path: str) -> None:
    async with OriginServer() as server:
        response = await fetch(emulator(client, server), to_api("/prod" + path), an_api_origin())

    assert response.status == 403
    assert response.body == b'{"message":"Missing Authentication Token"}'
    assert server.received == []


@pytest.mark.parametrize(
    "target", ["/a..b", "/...", "/.well-known/x", "/a.", "/x?p=/../y", "/a//b", "//a"]
)
async def test_dots_within_a_segment_are_sent_to_an_emulator(
    client: OriginClient, target: str
) -> None:
    async with OriginServer() as server:
        origins = emulator(client, server, READABLE)
        await fetch(origins, to_s3(target), an_origin())
        await fetch(origins, to_api(target), an_api_origin())

    assert [received.target for received in server.received] == [
        "/pages" + target,
        "/_aws/execute-api/abc123" + target,
    ]


@pytest.mark.proves("RT-007")
async def test_another_origin_gets_the_raw_path(client: OriginClient) -> None:
    async with OriginServer() as server:
        origins = emulator(client, server)
        for path in CLIMBING:
            await fetch(origins, a_request(path), server.origin())

    assert [received.target for received in server.received] == CLIMBING
    assert server.received[0].headers.get("host") == "logs.example.com"
