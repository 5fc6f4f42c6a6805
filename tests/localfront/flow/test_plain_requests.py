"""Plain requests are answered as the pipeline would answer them, and no others are plain.

`Edge.respond` compares both answers and both traces of hits, in these tests and in all others of the
pipeline.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from localfront.cache.store import Stored
from localfront.config.distribution import (
    ContinuousDeployment,
    CustomErrorResponse,
    GeoRestriction,
    ViewerProtocolPolicy,
)
from localfront.config.policies import ResponseHeadersPolicy
from localfront.config.web_acl import WebAcl
from localfront.errors import OriginError
from localfront.flow.plain_requests import PlainLookup, PlainRequests
from localfront.http_messages.head_memo import HeadMemo
from localfront.http_messages.messages import Headers, Request
from tests.localfront.factories import (
    ALL,
    HOST,
    a_behavior,
    a_cache_policy,
    a_request,
    a_response,
    an_edge_function,
    listed,
)
from tests.localfront.signers import rsa_key, trusting
from tests.localfront.sites import GUARDED, PAGE, Edge, rewriting, site, to_login

ONLY_GERMANY = GeoRestriction(allows_listed=True, countries=frozenset({"DE"}))
NOT_FOUND = a_response(404, headers=[("Cache-Control", "max-age=60")])


def lookup(edge: Edge, request: Request) -> PlainLookup | None:
    return PlainRequests(edge.pipeline).find(request, head=HeadMemo(), max_bytes=65536)


def found(edge: Edge, request: Request, *, max_bytes: int = 65536) -> Stored | None:
    plain = PlainRequests(edge.pipeline).find(request, head=HeadMemo(), max_bytes=max_bytes)
    return None if plain is None else plain.stored


def is_hit(plain: PlainLookup | None) -> bool:
    return plain is not None and plain.stored is not None


async def cached(edge: Edge, target: str = "/page", **changes: Any) -> Request:
    """A request for what has just been put into the cache."""
    request = a_request(target, **changes)
    await edge.respond(request)
    return request


async def test_a_second_request_is_a_plain_hit() -> None:
    edge = site(responses={"/page": PAGE})
    request = a_request("/page")

    assert found(edge, request) is None
    await edge.respond(request)
    assert found(edge, request) is not None
    again = await edge.respond(request)  # compared with the plain hit's

    assert again.headers.get("x-cache") == "Hit from cloudfront"
    assert edge.steps() == ["distribution", "behavior", "cache"]


async def test_a_request_for_the_root_is_a_plain_hit_of_the_default_root_object() -> None:
    edge = site(responses={"/index.html": PAGE}, default_root_object="index.html")
    request = await cached(edge, "/")

    assert found(edge, request) is not None
    assert (await edge.respond(request)).headers.get("age") == "0"


@pytest.mark.parametrize(
    "behavior",
    [
        a_behavior(lambda_function_associations=(an_edge_function(),)),
        a_behavior(lambda_function_associations=(an_edge_function("viewer-response"),)),
        a_behavior(cache_policy=a_cache_policy(max_ttl=0, default_ttl=0, min_ttl=0)),
        a_behavior(cache_policy=a_cache_policy(headers=listed("CloudFront-Viewer-Address"))),
        trusting(rsa_key()),
    ],
    ids=["viewer-request", "viewer-response", "no caching", "viewer's address", "signed"],
)
async def test_a_behavior_with_more_than_caching_has_no_plain_hits(behavior: Any) -> None:
    edge = site(default=behavior, responses={"/page": PAGE})

    assert found(edge, await cached(edge)) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"headers": [("If-None-Match", '"1"')]},
        {"headers": [("Range", "bytes=0-1")]},
        {"headers": [("X-Localfront-Viewer", "nonsense")]},
        {"method": "POST"},
    ],
    ids=["conditional", "range", "malformed facts", "not from the cache"],
)
async def test_a_request_that_is_not_a_plain_get_is_no_plain_hit(changed: Any) -> None:
    edge = site(responses={"/page": PAGE})
    await cached(edge)

    assert found(edge, a_request("/page", **changed)) is None


async def test_a_refused_viewer_gets_no_plain_hit() -> None:
    only_https = a_behavior(viewer_protocol_policy=ViewerProtocolPolicy.HTTPS_ONLY)
    edge = site(default=only_https, responses={"/page": PAGE}, geo_restriction=ONLY_GERMANY)
    german = [("X-Localfront-Viewer", "country=DE")]
    request = await cached(edge, headers=german)
    plain, head = PlainRequests(edge.pipeline), HeadMemo()

    assert is_hit(plain.find(request, head=head, max_bytes=65536))
    assert plain.find(replace(request, scheme="http"), head=head, max_bytes=65536) is None
    french = a_request("/page", headers=[("X-Localfront-Viewer", "country=FR")])
    assert plain.find(french, head=head, max_bytes=65536) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"uri": "/other"},
        {"querystring": "a=2"},
        {"method": "POST"},
        {"headers": Headers.of([("Host", HOST), ("X-A", "2")])},
    ],
    ids=lambda changed: next(iter(changed)),
)
async def test_a_remembered_request_head_matches_only_itself(changed: Any) -> None:
    policy = a_cache_policy(default_ttl=60, query_strings=ALL, headers=listed("x-a"))
    edge = site(default=a_behavior(cache_policy=policy), responses={"/page": PAGE})
    request = await cached(edge, "/page?a=1", headers=[("X-A", "1")])
    plain, head = PlainRequests(edge.pipeline), HeadMemo()

    assert is_hit(plain.find(request, head=head, max_bytes=65536))
    assert not is_hit(plain.find(replace(request, **changed), head=head, max_bytes=65536))


async def test_large_requests_and_those_for_staging_are_left_to_the_pipeline() -> None:
    edge = site(responses={"/page": PAGE})
    await cached(edge)
    assert found(edge, a_request("/page", headers=[("X-A", "a" * 40_000)])) is None

    staging = ContinuousDeployment(staging_names=frozenset(["d9.cloudfront.net"]), weight=0.1)
    edge = site(responses={"/page": PAGE}, continuous_deployment=staging)
    assert found(edge, await cached(edge)) is None


async def test_with_a_web_acl_there_are_no_plain_hits() -> None:
    acl = WebAcl(name="guard", rules=())
    edge = site(responses={"/page": PAGE}, web_acl=acl)

    assert found(edge, await cached(edge)) is None


async def test_errors_large_bodies_and_expired_objects_are_left_to_the_pipeline() -> None:
    edge = site(responses={"/page": PAGE, "/gone": NOT_FOUND})
    page, gone = await cached(edge), await cached(edge, "/gone")

    assert found(edge, gone) is None
    assert found(edge, page, max_bytes=len(PAGE.held) - 1) is None
    edge.clock.now += 61
    assert found(edge, page) is None


async def test_a_remembered_request_head_is_valid_for_one_configuration() -> None:
    edge, other = (site(default=a_behavior(), responses={"/page": PAGE}) for _ in range(2))
    head = HeadMemo()
    request = await cached(edge)
    plain = PlainRequests(edge.pipeline)

    assert is_hit(plain.find(request, head=head, max_bytes=65536))
    made = head.result
    assert is_hit(plain.find(request, head=head, max_bytes=65536))
    assert head.result is made
    assert not is_hit(PlainRequests(other.pipeline).find(request, head=head, max_bytes=65536))
    assert head.result is not made


NOT_FOUND_PAGE = CustomErrorResponse(error_code=404, response_page_path="/404", response_code=200)
WITHOUT_ETAG = ResponseHeadersPolicy(id="plain", remove=frozenset({"etag"}))
FAILING = a_behavior(lambda_function_associations=(an_edge_function("origin-request"),))
STALE = a_response(headers=[("Cache-Control", "max-age=1"), ("ETag", '"1"')])
REFUSED = OriginError("it closed the connection", status=502)


@pytest.mark.parametrize(
    "changed",
    [
        {"responses": {"/page": PAGE}},
        {"responses": {"/page": NOT_FOUND, "/404": PAGE}, "error_pages": (NOT_FOUND_PAGE,)},
        {"responses": {"/page": REFUSED}},
        {"responses": {"/page": STALE}},
        {
            "default": a_behavior(response_headers_policy=WITHOUT_ETAG),
            "responses": {"/page": STALE},
        },
        {"default": FAILING, "responses": {"/page": PAGE}, "returns": lambda _: "no request"},
        {"default": GUARDED, "responses": {"/page": PAGE}},
        {"default": GUARDED, "responses": {"/other": PAGE}, "returns": rewriting(uri="/other")},
        {"default": GUARDED, "responses": {"/page": PAGE}, "returns": to_login},
        {"default": GUARDED, "responses": {"/page": PAGE}, "returns": lambda _: "no request"},
        {"default": GUARDED, "responses": {"/index": PAGE}, "default_root_object": "index"},
    ],
    ids=[
        "absent",
        "error page",
        "no answer",
        "stale",
        "headers policy",
        "failing function",
        "function that leaves the request alone",
        "function that rewrites it",
        "function that answers it",
        "failing function before the cache",
        "function that sees the root",
    ],
)
async def test_an_origin_request_gets_the_same_response_as_from_the_pipeline(changed: Any) -> None:
    """Twice each: the second time it is in the cache, but has expired."""
    by_pipeline, plain = site(**changed), site(**changed)
    request = a_request("/" if "default_root_object" in changed else "/page")
    for _ in range(2):
        response = await by_pipeline.respond(request)
        served, trace = await plain.served(request)

        assert (served, trace) == (response, by_pipeline.traces[-1])
        by_pipeline.clock.advance(100)
        plain.clock.advance(100)
