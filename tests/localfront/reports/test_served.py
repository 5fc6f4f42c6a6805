"""Public bug reports, replayed: localfront responds as AWS did (see the reference's page)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from localfront.config.distribution import FunctionAssociation, ViewerProtocolPolicy
from localfront.config.managed_policies import ALL_VIEWER, CACHING_DISABLED, CORS_S3_ORIGIN
from localfront.errors import OriginError
from localfront.http_messages.bodies import read_whole
from localfront.http_messages.messages import Request, Response
from localfront.origins.addresses import Endpoints
from localfront.origins.client import OriginClient
from localfront.origins.fetch import Origins
from localfront.origins.overrides import Folder
from tests.localfront.emulated import fetch, to_api, to_s3
from tests.localfront.factories import (
    a_behavior,
    a_cache_policy,
    a_response,
    an_api_behavior,
    an_api_origin,
    an_error_page,
    an_origin,
    listed,
)
from tests.localfront.origin_server import OriginServer
from tests.localfront.sites import ERROR_HTML, GUARDED, PAGE, Edge, site, to_login, x_cache

PAGES = ("https://one.test", "https://two.test")
FORWARDS_ORIGIN = a_behavior(
    cache_policy=a_cache_policy(default_ttl=60), origin_request_policy=CORS_S3_ORIGIN
)
KEYED_BY_ORIGIN = a_behavior(cache_policy=a_cache_policy(default_ttl=60, headers=listed("origin")))


class Reflecting(Mapping[str, Response]):
    """An origin that allows the request's Origin by CORS, or none, as S3 does."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    def __getitem__(self, uri: str) -> Response:
        origin = self._edge.origins.received[-1].request.headers.get("origin")
        cors = [("Access-Control-Allow-Origin", origin)] if origin else []
        return a_response(headers=[("ETag", '"1"'), *cors])

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


async def allowed_for(behavior: Any, *origins: str | None) -> list[str | None]:
    """The Access-Control-Allow-Origin that pages of these origins get, one after the other."""
    edge = site(default=behavior)
    edge.origins.responses = Reflecting(edge)  # type: ignore[assignment]  # reads it alone
    responses = []
    for origin in origins:
        lines = [("Origin", origin)] if origin else []
        responses.append(await edge.get("/a", headers=lines))
    return [response.headers.get("access-control-allow-origin") for response in responses]


@pytest.mark.report("samvera/serverless-iiif/issues/111")
async def test_the_first_pages_cors_headers_are_cached_for_all_until_origin_is_in_the_key() -> None:
    assert await allowed_for(FORWARDS_ORIGIN, *PAGES) == [PAGES[0], PAGES[0]]
    assert await allowed_for(KEYED_BY_ORIGIN, *PAGES) == list(PAGES)


@pytest.mark.report("awslabs/speke-reference-server/issues/37", "PRX/Infrastructure/issues/412")
async def test_a_cached_response_to_a_non_cors_request_lacks_the_cors_header() -> None:
    assert await allowed_for(FORWARDS_ORIGIN, None, PAGES[0]) == [None, None]
    assert await allowed_for(KEYED_BY_ORIGIN, None, PAGES[0]) == [None, PAGES[0]]


@pytest.mark.report("aws-samples/amazon-cloudfront-functions/issues/8")
async def test_headers_of_a_function_are_missing_on_error_pages() -> None:
    function = FunctionAssociation(event_type="viewer-response", function_arn="arn:f")
    edge = site(
        default=a_behavior(function_associations=(function,)),
        responses={"/error.html": ERROR_HTML, "/a": PAGE},
        error_pages=(an_error_page(404, response_code=200),),
        returns=lambda event: {
            **event["response"],
            "headers": {"x-secure": {"value": "1"}},
        },
    )

    there, missing = await edge.get("/a"), await edge.get("/missing")

    assert there.headers.get("x-secure") == "1"
    assert (missing.status, missing.headers.get("x-secure")) == (200, None)


@pytest.mark.report("aws-samples/sample-collaborative-ai-dlc/issues/186")
async def test_an_apis_403_is_replaced_by_the_sites_error_page() -> None:
    edge = site(
        an_api_behavior(),
        error_pages=(an_error_page(403, response_code=200),),
        responses={"/prod/api/x": a_response(403, b'{"message":"Forbidden"}'), "/error.html": PAGE},
    )

    response = await edge.get("/api/x")

    assert (response.status, response.body) == (200, b"a page")


@pytest.mark.report("aws-samples/cloudfront-authorization-at-edge/pull/26")
async def test_a_refused_post_shows_the_guarded_page_without_a_login() -> None:
    edge = site(
        default=GUARDED,
        error_pages=(an_error_page(403, response_page_path="/index.html", response_code=200),),
        responses={"/index.html": PAGE},
        returns=to_login,
    )

    read, written = await edge.get("/"), await edge.get("/", method="POST")

    assert (read.status, written.status, written.body) == (302, 200, b"a page")


@pytest.mark.report("anomalyco/sst/issues/2948", "jetbridge/cdk-nextjs/issues/129")
async def test_a_server_action_needs_a_behavior_that_allows_post() -> None:
    refused = await site().get("/", method="POST")
    allowed = await site(default=an_api_behavior(path_pattern="*")).get("/", method="POST")

    assert (refused.status, allowed.status) == (403, 404)


@pytest.mark.report("ministryofjustice/modernisation-platform-environments/pull/13080")
async def test_https_only_answers_403_and_does_not_redirect() -> None:
    only = a_behavior(viewer_protocol_policy=ViewerProtocolPolicy.HTTPS_ONLY)
    redirects = a_behavior(viewer_protocol_policy=ViewerProtocolPolicy.REDIRECT_TO_HTTPS)

    refused = await site(default=only).get("/", scheme="http")
    redirected = await site(default=redirects).get("/", scheme="http")

    assert (refused.status, redirected.status) == (403, 301)


@pytest.mark.report("TerriaJS/terriajs/issues/2995")
async def test_an_https_only_origin_requested_over_http_redirects_endlessly() -> None:
    again = a_response(301, headers=[("Location", "https://logs.example.com/a")])
    edge = site(
        default=an_api_behavior(path_pattern="*", origin_request_policy=ALL_VIEWER),
        responses={"/prod/a": again},
    )

    response = await edge.get("/a", headers=[("X-Forwarded-Proto", "https")])

    assert response.headers.get("location") == "https://logs.example.com/a"
    assert "x-forwarded-proto" not in edge.origins.received[0].request.headers


@pytest.mark.report(
    "rust-lang/crates.io/issues/4891",
    "nginx/nginx-s3-gateway/issues/77",
    "imgix/js-core/issues/88",
)
async def test_a_plus_in_an_s3_url_is_a_space(tmp_path: Path) -> None:
    (tmp_path / "lib-1.0+2.crate").write_bytes(b"plus")
    async with OriginClient() as client:
        origins = Origins(client=client, endpoints=Endpoints(overrides={"pages": Folder(tmp_path)}))
        plain = await fetch(origins, to_s3("/lib-1.0+2.crate"), an_origin())
        encoded = await fetch(origins, to_s3("/lib-1.0%2B2.crate"), an_origin())
        body = await read_whole(encoded.body)

    assert (plain.status, encoded.status, body) == (403, 200, b"plus")


@pytest.mark.report(
    "Droplr/serverless-api-cloudfront/issues/15",
    "sladg/nextjs-lambda/issues/82",
    "aws/aws-cdk/issues/20090",
)
async def test_an_api_that_gets_the_viewers_host_returns_403() -> None:
    async with OriginServer() as server, OriginClient() as client:
        origins = Origins(client=client, endpoints=Endpoints(api_gateway=server.url))
        own = await fetch(origins, to_api(), an_api_origin())
        viewers = await fetch(origins, to_api(host="www.example.com"), an_api_origin())

    assert (own.status, viewers.status) == (200, 403)


@pytest.mark.report("aws/aws-cdk/issues/17835", "aws/aws-cdk/issues/23463")
async def test_a_website_endpoint_by_https_gives_504(tmp_path: Path) -> None:
    name = "pages.s3-website-us-east-1.amazonaws.com"
    origin = an_api_origin(id="pages", domain_name=name, origin_path="")
    request = Request(method="GET", uri="/")
    async with OriginClient() as client:
        origins = Origins(client=client, endpoints=Endpoints(overrides={"pages": Folder(tmp_path)}))
        with pytest.raises(OriginError) as failed:
            await fetch(origins, request, origin)

    assert failed.value.status == 504


@pytest.mark.report("aws/aws-cdk/issues/12461")
async def test_caching_disabled_sends_each_request_to_the_origin() -> None:
    edge = site(default=a_behavior(cache_policy=CACHING_DISABLED), responses={"/a": PAGE})

    responses = [await edge.get("/a") for _ in range(2)]

    assert [x_cache(response) for response in responses] == ["Miss from cloudfront"] * 2
