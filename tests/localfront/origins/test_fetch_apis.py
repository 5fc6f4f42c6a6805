"""Requests to API Gateway over real sockets, and to names that do not exist."""

from __future__ import annotations

import pytest

from localfront.errors import OriginError
from localfront.origins.client import OriginClient
from tests.localfront.emulated import (
    emulator,
    fetch,
    reason,
    to_api,
)
from tests.localfront.factories import (
    API_DOMAIN,
    a_request,
    an_api_origin,
)
from tests.localfront.origin_server import OriginServer, saying


@pytest.mark.proves("AG-001")
async def test_a_host_other_than_the_apis_is_403(client: OriginClient) -> None:
    async with OriginServer() as server:
        response = await fetch(
            emulator(client, server), to_api(host="logs.example.com"), an_api_origin()
        )

    assert (response.status, response.body) == (403, b'{"message":"Forbidden"}')
    assert "AllViewerExceptHostHeader" in reason(response)
    assert server.received == []


@pytest.mark.proves("AG-002", "AG-004")
async def test_an_emulated_api_sees_the_stage_the_path_and_the_edge(
    client: OriginClient,
) -> None:
    request = to_api("/prod/api/logs?limit=2", method="POST")

    async with OriginServer(saying(b"{}", status=b"201 Created")) as server:
        response = await fetch(emulator(client, server), request, an_api_origin(), b"{1}")

    (received,) = server.received
    assert response.status == 201
    assert received.target == "/_aws/execute-api/abc123/prod/api/logs?limit=2"
    assert received.body == b"{1}"
    assert received.headers.get_all("x-forwarded-for") == ("203.0.113.7, 127.0.0.1",)
    assert received.headers.get("host") == server.url.removeprefix("http://")
    assert "authorization" not in received.headers


@pytest.mark.proves("AG-004")
async def test_an_api_sees_only_the_edges_address_by_default(
    client: OriginClient,
) -> None:
    request = a_request("/prod/a", headers=[("Host", API_DOMAIN)])

    async with OriginServer() as server:
        await fetch(emulator(client, server), request, an_api_origin())

    assert server.received[0].headers.get("x-forwarded-for") == "127.0.0.1"


@pytest.mark.proves("AG-006")
async def test_an_apis_response_is_forwarded(client: OriginClient) -> None:
    broken = saying(b'{"message": "Internal server error"}', status=b"502 Bad Gateway")

    async with OriginServer(broken) as server:
        response = await fetch(emulator(client, server), to_api(), an_api_origin())

    assert (response.status, response.reason) == (502, "Bad Gateway")
    assert response.body == b'{"message": "Internal server error"}'


@pytest.mark.parametrize(
    "domain_name",
    [
        "dynamodb.us-east-1.amazonaws.com",
        "s3-website-us-east-1.amazonaws.com",
        "site-123.us-east-1.elb.amazonaws.com",
        "abc123.execute-api.us-east-1.amazonaws.com.amazonaws.com",
    ],
)
async def test_with_an_endpoint_set_no_other_aws_name_is_connected_to(
    client: OriginClient, domain_name: str
) -> None:
    origin = an_api_origin(domain_name=domain_name)

    async with OriginServer() as server:
        with pytest.raises(OriginError, match=domain_name):
            await fetch(emulator(client, server), a_request(), origin)

    assert server.received == []
