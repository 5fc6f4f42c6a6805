"""AWS's own settings for an API Gateway origin, as a configuration that is read and served.

Source: CloudFront Developer Guide, "Preconfigured distribution settings reference" (AG-003).
"""

from __future__ import annotations

import pytest

from localfront.config.managed_policies import MANAGED
from localfront.config.parsing import parse_distribution
from tests.localfront.factories import (
    a_behavior_description,
    a_custom_origin_description,
    a_distribution_description,
    a_request,
    a_response,
    listing,
)
from tests.localfront.sites import Edge, x_cache

METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")
ORIGIN = a_custom_origin_description(
    OriginPath="",
    CustomOriginConfig={
        "HTTPPort": 80,
        "HTTPSPort": 443,
        "OriginProtocolPolicy": "https-only",
        "OriginSslProtocols": listing("TLSv1.2"),
        "OriginReadTimeout": 30,
        "OriginKeepaliveTimeout": 5,
    },
    ConnectionAttempts=3,
)
BEHAVIOR = a_behavior_description(
    TargetOriginId="api",
    ViewerProtocolPolicy="redirect-to-https",
    AllowedMethods={**listing(*METHODS), "CachedMethods": listing("GET", "HEAD")},
    CachePolicyId="4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    OriginRequestPolicyId="b689b0a8-53d0-40ab-baf2-68738e2966ac",
)


def the_preset() -> Edge:
    description = a_distribution_description(Origins=listing(ORIGIN), DefaultCacheBehavior=BEHAVIOR)
    distribution = parse_distribution(description, policies=MANAGED, signing_behaviors={})
    return Edge(distribution=distribution)


@pytest.mark.proves("AG-003")
async def test_each_method_reaches_the_api_over_https_and_nothing_is_cached() -> None:
    edge = the_preset()
    edge.origins.otherwise = a_response(
        headers=[("Set-Cookie", "id=1"), ("Cache-Control", "max-age=60")]
    )

    for method in (*METHODS, *METHODS):
        response = await edge.respond(
            a_request(
                "/prod/logs?a=1",
                method=method,
                headers=[("Cookie", "id=1"), ("X-Own", "1"), ("Authorization", "x")],
            )
        )
        assert (response.status, x_cache(response)) == (200, "Miss from cloudfront")
        assert response.headers.get("set-cookie") == "id=1"

    assert [a.request.method for a in edge.origins.received] == [*METHODS, *METHODS]
    for received in edge.origins.received:
        headers = received.request.headers
        assert received.request.target == "/prod/logs?a=1"
        assert headers.get("host") == ORIGIN["DomainName"]
        assert [headers.get(n) for n in ("cookie", "x-own")] == ["id=1", "1"]
        assert "authorization" in headers


@pytest.mark.proves("AG-003")
async def test_plain_http_is_redirected_and_reaches_no_api() -> None:
    edge = the_preset()

    responses = [
        await edge.get("/prod/logs", scheme="http", method=method) for method in ("GET", "POST")
    ]

    assert [response.status for response in responses] == [301, 307]
    assert edge.origins.received == []


@pytest.mark.proves("AG-003")
def test_the_origin_gets_three_https_attempts_of_thirty_seconds_each() -> None:
    origin = the_preset().distribution.origin("api")

    assert (origin.protocol_policy, origin.ssl_protocols) == (
        "https-only",
        ("TLSv1.2",),
    )
    assert (origin.connection_attempts, origin.read_timeout) == (3, 30)
