"""Factories for tests: keywords override the fields that matter to a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from localfront.cache.freshness import Lifetime
from localfront.config.distribution import (
    CacheBehavior,
    CustomErrorResponse,
    Distribution,
    LambdaFunctionAssociation,
    Origin,
)
from localfront.config.managed_policies import CACHING_DISABLED, CACHING_OPTIMIZED
from localfront.config.policies import CachePolicy, Mode, Selection
from localfront.exchange.exchange import Exchange
from localfront.exchange.request_trace import Trace
from localfront.http_messages.bodies import Body
from localfront.http_messages.messages import Headers, Request, Response

HOST = "logs.example.com"
DISTRIBUTION_ID = "EDFDVBD6EXAMPLE"
DISTRIBUTION_ARN = f"arn:aws:cloudfront::123456789012:distribution/{DISTRIBUTION_ID}"
DOMAIN_NAME = "d111111abcdef8.cloudfront.net"
BUCKET_DOMAIN = "pages.s3.us-east-1.amazonaws.com"
API_DOMAIN = "abc123.execute-api.us-east-1.amazonaws.com"
CACHING_OPTIMIZED_ID = "658327ea-f89d-4fab-a63d-7e88639e58f6"
EDGE_ARN = "arn:aws:lambda:us-east-1:123456789012:function:edge:3"

ALL = Selection(Mode.ALL)


def listed(*names: str) -> Selection:
    return Selection(Mode.LISTED, frozenset(names))


def all_except(*names: str) -> Selection:
    return Selection(Mode.ALL_EXCEPT, frozenset(names))


def a_request(
    target: str = "/", *, headers: Iterable[tuple[str, str]] = (), **changes: Any
) -> Request:
    """A GET over HTTPS for the site's name; a Host in `headers` overrides it."""
    uri, _, querystring = target.partition("?")
    lines = Headers.of(headers)
    if "host" not in lines:
        lines = Headers.of([("Host", HOST), *lines])
    request = Request(method="GET", uri=uri, querystring=querystring, headers=lines)
    return replace(request, **changes)


def a_response(
    status: int = 200,
    body: Body = b"a page",
    *,
    headers: Iterable[tuple[str, str]] = (),
    **changes: Any,
) -> Response:
    response = Response(status=status, body=body, headers=Headers.of(headers))
    return replace(response, **changes)


def a_cache_policy(**changes: Any) -> CachePolicy:
    """MinTTL 0, the default and the maximum as the API sets them, nothing in the key."""
    return replace(CachePolicy(id="cache-policy"), **changes)


def a_behavior(path_pattern: str = "*", **changes: Any) -> CacheBehavior:
    """GET and HEAD to the bucket, with CachingOptimized."""
    behavior = CacheBehavior(
        path_pattern=path_pattern,
        target_origin_id="pages",
        cache_policy=CACHING_OPTIMIZED,
    )
    return replace(behavior, **changes)


def an_api_behavior(**changes: Any) -> CacheBehavior:
    """All methods under /api/ to the API, with CachingDisabled."""
    methods = {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}
    behavior = a_behavior(
        "/api/*",
        target_origin_id="api",
        allowed_methods=frozenset(methods),
        cache_policy=CACHING_DISABLED,
    )
    return replace(behavior, **changes)


def an_origin(**changes: Any) -> Origin:
    """A bucket behind origin access control."""
    origin = Origin(
        id="pages",
        domain_name=BUCKET_DOMAIN,
        is_s3=True,
        origin_access_control="always",
    )
    return replace(origin, **changes)


def an_api_origin(**changes: Any) -> Origin:
    origin = Origin(
        id="api",
        domain_name=API_DOMAIN,
        origin_path="/prod",
        protocol_policy="https-only",
    )
    return replace(origin, **changes)


def a_distribution(**changes: Any) -> Distribution:
    """The bucket by default, the API under /api/, one alias."""
    distribution = Distribution(
        id=DISTRIBUTION_ID,
        arn=DISTRIBUTION_ARN,
        domain_name=DOMAIN_NAME,
        aliases=(HOST,),
        enabled=True,
        default_root_object="",
        origins=(an_origin(), an_api_origin()),
        cache_behaviors=(an_api_behavior(),),
        default_cache_behavior=a_behavior(),
    )
    return replace(distribution, **changes)


def an_error_page(code: int, **changes: Any) -> CustomErrorResponse:
    response = CustomErrorResponse(
        error_code=code, response_page_path="/error.html", response_code=code
    )
    return replace(response, **changes)


def an_edge_function(event_type: str = "viewer-request") -> LambdaFunctionAssociation:
    return LambdaFunctionAssociation(event_type=event_type, lambda_function_arn=EDGE_ARN)


def a_trace(**changes: Any) -> Trace:
    fields: dict[str, Any] = {
        "request_id": "request-id==",
        "method": "GET",
        "host": HOST,
        "target": "/",
        "clock": lambda: 0.0,
    }
    return Trace(**{**fields, **changes})


def a_visit(**changes: Any) -> Exchange:
    distribution = a_distribution()
    visit = Exchange(
        request=a_request(),
        distribution=distribution,
        behavior=distribution.default_cache_behavior,
        trace=a_trace(),
    )
    return replace(visit, **changes)


def fresh_for(seconds: int) -> Lifetime:
    return Lifetime(fresh=seconds)


def listing(*members: Any) -> dict[str, Any]:
    """A list as the CloudFront API writes it."""
    return {"Quantity": len(members), "Items": list(members)} if members else NOTHING


NOTHING: dict[str, Any] = {"Quantity": 0}


def a_behavior_description(**changes: Any) -> dict[str, Any]:
    """A DefaultCacheBehavior of the API; with a PathPattern, a CacheBehavior."""
    return {
        "TargetOriginId": "pages",
        "ViewerProtocolPolicy": "redirect-to-https",
        "CachePolicyId": CACHING_OPTIMIZED_ID,
        "Compress": True,
        "TrustedSigners": {"Enabled": False, "Quantity": 0},
        "TrustedKeyGroups": {"Enabled": False, "Quantity": 0},
        "AllowedMethods": {
            **listing("HEAD", "GET"),
            "CachedMethods": listing("HEAD", "GET"),
        },
        "LambdaFunctionAssociations": NOTHING,
        "FunctionAssociations": NOTHING,
        **changes,
    }


def an_s3_origin_description(**changes: Any) -> dict[str, Any]:
    return {
        "Id": "pages",
        "DomainName": BUCKET_DOMAIN,
        "OriginPath": "",
        "CustomHeaders": NOTHING,
        "S3OriginConfig": {"OriginAccessIdentity": ""},
        "ConnectionAttempts": 3,
        "ConnectionTimeout": 10,
        "OriginAccessControlId": "E2QWRUHAPOMQZL",
        **changes,
    }


def a_custom_origin_description(**changes: Any) -> dict[str, Any]:
    return {
        "Id": "api",
        "DomainName": API_DOMAIN,
        "OriginPath": "/prod",
        "CustomHeaders": NOTHING,
        "CustomOriginConfig": {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "https-only",
            "OriginSslProtocols": listing("TLSv1.2"),
            "OriginReadTimeout": 30,
            "OriginKeepaliveTimeout": 5,
        },
        "ConnectionAttempts": 3,
        "ConnectionTimeout": 10,
        "OriginAccessControlId": "",
        **changes,
    }


def a_distribution_config(**changes: Any) -> dict[str, Any]:
    """A DistributionConfig in the API's shape (CloudFront API Reference)."""
    return {
        "CallerReference": "terraform-20261123192405",
        "Aliases": listing(HOST),
        "DefaultRootObject": "",
        "Origins": listing(an_s3_origin_description(), a_custom_origin_description()),
        "OriginGroups": NOTHING,
        "DefaultCacheBehavior": a_behavior_description(),
        "CacheBehaviors": NOTHING,
        "CustomErrorResponses": NOTHING,
        "Comment": "",
        "PriceClass": "PriceClass_100",
        "Enabled": True,
        "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
        "WebACLId": "",
        "HttpVersion": "http2",
        "IsIPV6Enabled": True,
        **changes,
    }


def a_distribution_description(**config: Any) -> Mapping[str, Any]:
    """The `Distribution` of GetDistribution; keywords change its config."""
    return {
        "Id": DISTRIBUTION_ID,
        "ARN": DISTRIBUTION_ARN,
        "Status": "Deployed",
        "DomainName": DOMAIN_NAME,
        "InProgressInvalidationBatches": 0,
        "DistributionConfig": a_distribution_config(**config),
    }
