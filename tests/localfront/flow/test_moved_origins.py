"""Requests that an origin-request function sends elsewhere, and origin overrides."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from localfront.config.distribution import Distribution
from localfront.config.managed_policies import CACHING_DISABLED
from localfront.http_messages.messages import Response
from localfront.origins.addresses import Endpoints
from localfront.origins.client import OriginClient
from localfront.origins.fetch import Origins
from localfront.origins.overrides import AnotherAddress, Folder, Override
from tests.localfront.factories import (
    BUCKET_DOMAIN,
    a_behavior,
    a_distribution,
    a_request,
    a_trace,
    an_api_origin,
    an_edge_function,
    an_origin,
)
from tests.localfront.fakes import FakeClock, FakeFunctions, pipeline_of
from tests.localfront.origin_server import OriginServer, saying
from tests.localfront.sites import request_of
from tests.localfront.streams import whole

OTHER = "other.example.org"
CUSTOM = {
    "customHeaders": {},
    "domainName": OTHER,
    "keepaliveTimeout": 5,
    "path": "",
    "port": 443,
    "protocol": "https",
    "readTimeout": 30,
    "sslProtocols": ["TLSv1.2"],
}
S3 = {"authMethod": "none", "customHeaders": {}, "path": "", "region": ""}


def sending_to(origin: Mapping[str, Any], *, host: str | None = None) -> FakeFunctions:
    """A function that selects an origin and sets the Host header."""

    def choose(event: Mapping[str, Any]) -> object:
        request = request_of(event)
        headers = dict(request["headers"])
        if host is not None:
            headers["host"] = [{"key": "Host", "value": host}]
        return {**request, "origin": origin, "headers": headers}

    return FakeFunctions(choose)


def shop() -> Distribution:
    """A custom origin for everything, with a function; and a bucket."""
    behavior = a_behavior(
        target_origin_id="api",
        cache_policy=CACHING_DISABLED,
        lambda_function_associations=(an_edge_function("origin-request"),),
    )
    return a_distribution(
        origins=(an_api_origin(domain_name="api.example.org", origin_path=""), an_origin()),
        cache_behaviors=(),
        default_cache_behavior=behavior,
    )


async def response_with(functions: FakeFunctions, overrides: Mapping[str, Override]) -> Response:
    async with OriginClient() as client:
        pipeline = pipeline_of(
            shop(),
            origins=Origins(client=client, endpoints=Endpoints(overrides=overrides)),
            clock=FakeClock(),
            functions=functions,
        )
        return await whole(await pipeline.respond(a_request("/a.txt"), b"", a_trace()))


async def test_an_override_by_id_does_not_apply_after_a_change_of_domain() -> None:
    async with OriginServer(saying(b"configured")) as mine, OriginServer(saying(b"other")) as other:
        response = await response_with(
            sending_to({"custom": CUSTOM}),
            {"api": AnotherAddress(base=mine.url), OTHER: AnotherAddress(base=other.url)},
        )

    assert response.body == b"other"
    assert mine.received == []


@pytest.mark.parametrize("change", [{"path": "/v2"}, {"port": 8080}, {"customHeaders": {}}])
async def test_an_override_by_id_applies_while_the_domain_is_unchanged(
    change: dict[str, Any],
) -> None:
    origin = {**CUSTOM, "domainName": "api.example.org", **change}
    async with OriginServer(saying(b"configured")) as mine:
        response = await response_with(
            sending_to({"custom": origin}), {"api": AnotherAddress(base=mine.url)}
        )

    assert response.body == b"configured"


async def test_moving_to_another_origins_domain_uses_that_origins_override(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("from the folder")
    moved = {"s3": {**S3, "domainName": BUCKET_DOMAIN}}
    functions = sending_to(moved, host=BUCKET_DOMAIN)
    async with OriginServer(saying(b"configured")) as mine:
        response = await response_with(
            functions, {"api": AnotherAddress(base=mine.url), "pages": Folder(tmp_path)}
        )

    assert response.body == b"from the folder"
    assert mine.received == []


async def test_an_aws_domain_without_an_override_is_reported_and_not_connected_to() -> None:
    name = "abc123.execute-api.us-east-1.amazonaws.com"
    functions = sending_to({"custom": {**CUSTOM, "domainName": name}}, host=name)
    async with OriginServer(saying(b"configured")) as mine:
        response = await response_with(functions, {"api": AnotherAddress(base=mine.url)})

    assert response.status == 502
    assert name.encode() in response.held, response.held.decode()[200:900]
    assert mine.received == []
