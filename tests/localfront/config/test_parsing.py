from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from localfront.config.distribution import (
    CustomErrorResponse,
    Distribution,
    LambdaFunctionAssociation,
    Origin,
    ViewerProtocolPolicy,
)
from localfront.config.managed_policies import ALL_VIEWER, CACHING_OPTIMIZED, MANAGED
from localfront.config.parsing import parse_distribution
from localfront.errors import ConfigError
from tests.localfront.factories import (
    API_DOMAIN,
    BUCKET_DOMAIN,
    DISTRIBUTION_ARN,
    DISTRIBUTION_ID,
    DOMAIN_NAME,
    EDGE_ARN,
    a_behavior_description,
    a_custom_origin_description,
    a_distribution_config,
    a_distribution_description,
    an_s3_origin_description,
    listing,
)

SIGNING_BEHAVIORS = {"E2QWRUHAPOMQZL": "always"}


def parsed(**config: Any) -> Distribution:
    return parse_distribution(
        a_distribution_description(**config),
        policies=MANAGED,
        signing_behaviors=SIGNING_BEHAVIORS,
    )


def refused(**config: Any) -> str:
    """The message of the ConfigError that a config meets."""
    with pytest.raises(ConfigError) as caught:
        parsed(**config)
    return str(caught.value)


def an_error_response(**changes: Any) -> dict[str, Any]:
    return {
        "ErrorCode": 403,
        "ResponsePagePath": "/error.html",
        "ResponseCode": "403",
        "ErrorCachingMinTTL": 30,
        **changes,
    }


def an_association(**changes: Any) -> dict[str, Any]:
    return {
        "LambdaFunctionARN": EDGE_ARN,
        "EventType": "viewer-request",
        "IncludeBody": False,
        **changes,
    }


def test_the_factories_write_what_the_api_would_take() -> None:
    model = botocore.session.Session().get_service_model("cloudfront")
    config = a_distribution_config(
        CacheBehaviors=listing(
            a_behavior_description(
                PathPattern="/api/*",
                LambdaFunctionAssociations=listing(an_association()),
            )
        ),
        CustomErrorResponses=listing(an_error_response()),
    )

    report = ParamValidator().validate(config, model.shape_for("DistributionConfig"))

    assert not report.has_errors(), report.generate_report()


def test_a_distribution_is_read_from_the_api() -> None:
    distribution = parsed(
        Aliases=listing("Logs.Example.com"), DefaultRootObject="index.html"
    )

    assert distribution.id == DISTRIBUTION_ID
    assert distribution.arn == DISTRIBUTION_ARN
    assert distribution.domain_name == DOMAIN_NAME
    assert distribution.enabled
    assert distribution.default_root_object == "index.html"


@pytest.mark.proves("HO-004")
def test_aliases_are_kept_in_lower_case() -> None:
    assert parsed(Aliases=listing("Logs.Example.com")).aliases == ("logs.example.com",)


@pytest.mark.parametrize("absent", ["Aliases", "CacheBehaviors", "OriginGroups"])
def test_lists_that_an_emulator_leaves_out_are_empty(absent: str) -> None:
    description = a_distribution_description()
    del description["DistributionConfig"][absent]

    parse_distribution(
        description, policies=MANAGED, signing_behaviors=SIGNING_BEHAVIORS
    )


@pytest.mark.proves("S3-001")
def test_an_s3_origin_has_its_access_controls_signing_behavior() -> None:
    assert parsed().origin("pages") == Origin(
        id="pages",
        domain_name=BUCKET_DOMAIN,
        is_s3=True,
        origin_access_control="always",
    )


@pytest.mark.proves("OR-015")
def test_a_custom_origin_has_its_protocol_and_ports() -> None:
    settings = {
        "HTTPPort": 8080,
        "HTTPSPort": 8443,
        "OriginProtocolPolicy": "http-only",
        "OriginReadTimeout": 7,
    }
    origins = listing(
        an_s3_origin_description(),
        a_custom_origin_description(
            CustomOriginConfig=settings,
            CustomHeaders=listing({"HeaderName": "X-Key", "HeaderValue": "value"}),
            ConnectionAttempts=2,
            ConnectionTimeout=4,
        ),
    )

    assert parsed(Origins=origins).origin("api") == Origin(
        id="api",
        domain_name=API_DOMAIN,
        origin_path="/prod",
        custom_headers=(("X-Key", "value"),),
        protocol_policy="http-only",
        http_port=8080,
        https_port=8443,
        connection_attempts=2,
        connection_timeout=4,
        read_timeout=7,
    )


@pytest.mark.proves("RT-001")
def test_behaviors_keep_their_order_and_the_default_one_is_last() -> None:
    distribution = parsed(
        CacheBehaviors=listing(
            a_behavior_description(PathPattern="/b/*"),
            a_behavior_description(PathPattern="/a/*"),
        )
    )

    assert [b.path_pattern for b in distribution.behaviors] == ["/b/*", "/a/*", "*"]


@pytest.mark.proves("RT-009", "VP-006")
def test_a_behavior_is_read_with_its_policies() -> None:
    methods = ("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE")
    distribution = parsed(
        DefaultCacheBehavior=a_behavior_description(
            TargetOriginId="api",
            ViewerProtocolPolicy="https-only",
            OriginRequestPolicyId=ALL_VIEWER.id,
            ResponseHeadersPolicyId="67f7725c-6f97-4210-82d7-5512b31e9d03",
            AllowedMethods={
                **listing(*methods),
                "CachedMethods": listing("GET", "HEAD", "OPTIONS"),
            },
            LambdaFunctionAssociations=listing(an_association()),
        )
    )
    behavior = distribution.default_cache_behavior

    assert behavior.target_origin_id == "api"
    assert behavior.viewer_protocol_policy is ViewerProtocolPolicy.HTTPS_ONLY
    assert behavior.allowed_methods == set(methods)
    assert behavior.cached_methods == {"GET", "HEAD", "OPTIONS"}
    assert behavior.cache_policy is CACHING_OPTIMIZED
    assert behavior.origin_request_policy is ALL_VIEWER
    assert behavior.response_headers_policy is not None
    assert behavior.function_for("viewer-request") == LambdaFunctionAssociation(
        event_type="viewer-request", lambda_function_arn=EDGE_ARN
    )
    assert behavior.function_for("origin-request") is None


@pytest.mark.proves("VP-006")
def test_a_behavior_without_a_method_list_takes_get_and_head() -> None:
    description = a_behavior_description()
    del description["AllowedMethods"]

    behavior = parsed(DefaultCacheBehavior=description).default_cache_behavior

    assert behavior.allowed_methods == behavior.cached_methods == {"GET", "HEAD"}


@pytest.mark.proves("ER-003", "ER-008")
def test_a_custom_error_response_is_read_from_the_api() -> None:
    distribution = parsed(CustomErrorResponses=listing(an_error_response()))

    assert distribution.error_response(403) == CustomErrorResponse(
        error_code=403,
        response_page_path="/error.html",
        response_code=403,
        error_caching_min_ttl=30,
    )
    assert distribution.error_response(404) is None


@pytest.mark.proves("ER-003")
def test_errors_are_kept_for_ten_seconds_unless_a_code_says_otherwise() -> None:
    silent = {"ErrorCode": 404, "ResponsePagePath": "", "ResponseCode": ""}

    response = parsed(CustomErrorResponses=listing(silent)).error_response(404)

    assert response == CustomErrorResponse(error_code=404, error_caching_min_ttl=10)


@pytest.mark.parametrize("code", [401, 410, 412, 415, 429, 200])
@pytest.mark.proves("ER-008")
def test_a_code_that_can_have_no_custom_page_is_refused(code: int) -> None:
    wrong = an_error_response(ErrorCode=code)

    assert f"ErrorCode {code}" in refused(CustomErrorResponses=listing(wrong))


@pytest.mark.parametrize("shown", ["200", "404", "504"])
@pytest.mark.proves("ER-009")
def test_an_error_may_be_shown_as_200_or_another_error(shown: str) -> None:
    response = an_error_response(ResponseCode=shown)

    read = parsed(CustomErrorResponses=listing(response)).error_response(403)

    assert read is not None
    assert read.response_code == int(shown)


@pytest.mark.parametrize("shown", ["301", "401", "201", "999"])
@pytest.mark.proves("ER-009")
def test_an_error_cannot_be_shown_as_any_other_code(shown: str) -> None:
    wrong = an_error_response(ResponseCode=shown)

    assert f"ResponseCode {shown}" in refused(CustomErrorResponses=listing(wrong))


@pytest.mark.proves("RT-009")
def test_a_behavior_to_an_origin_that_is_not_there_is_refused_with_the_known_ones() -> (
    None
):
    message = refused(DefaultCacheBehavior=a_behavior_description(TargetOriginId="apo"))

    assert "'apo'" in message
    assert "api, pages" in message


def behavior_with(**changes: Any) -> dict[str, Any]:
    return {"DefaultCacheBehavior": a_behavior_description(**changes)}


def geo_restriction() -> dict[str, Any]:
    return {"GeoRestriction": {"RestrictionType": "whitelist", **listing("NL")}}


@pytest.mark.parametrize(
    ("config", "field"),
    [
        pytest.param(
            {"OriginGroups": listing({"Id": "g"})}, "OriginGroups", id="groups"
        ),
        pytest.param(
            {"Restrictions": geo_restriction()}, "GeoRestriction", id="countries"
        ),
        pytest.param(
            behavior_with(CachePolicyId=None, ForwardedValues={"QueryString": True}),
            "ForwardedValues",
            id="legacy settings",
        ),
        pytest.param(
            behavior_with(TrustedKeyGroups=listing("k")), "TrustedKeyGroups", id="keys"
        ),
        pytest.param(
            behavior_with(TrustedSigners=listing("self")),
            "TrustedSigners",
            id="signers",
        ),
        pytest.param(
            behavior_with(
                FunctionAssociations=listing({"EventType": "viewer-request"})
            ),
            "FunctionAssociations",
            id="CloudFront Functions",
        ),
        pytest.param(
            behavior_with(
                LambdaFunctionAssociations=listing(
                    an_association(EventType="origin-request")
                )
            ),
            "origin-request",
            id="other events",
        ),
        pytest.param(
            behavior_with(
                LambdaFunctionAssociations=listing(an_association(IncludeBody=True))
            ),
            "IncludeBody True",
            id="request bodies",
        ),
        pytest.param(
            {
                "Origins": listing(
                    an_s3_origin_description(
                        S3OriginConfig={
                            "OriginAccessIdentity": "origin-access-identity/cloudfront/E1"
                        }
                    )
                )
            },
            "OriginAccessIdentity",
            id="origin access identities",
        ),
        pytest.param(
            {
                "Origins": listing(
                    an_s3_origin_description(VpcOriginConfig={"VpcOriginId": "vo_1"})
                )
            },
            "VpcOriginConfig",
            id="VPC origins",
        ),
        pytest.param(
            {"WebACLId": "arn:aws:wafv2:us-east-1:1:global/webacl/a/b"},
            "WebACLId",
            id="WAF",
        ),
    ],
)
def test_what_is_not_emulated_is_refused_by_name(
    config: dict[str, Any], field: str
) -> None:
    assert field in refused(**config)


@pytest.mark.parametrize(
    ("config", "named"),
    [
        pytest.param(
            behavior_with(CachePolicyId="nobody's"), "CachePolicyId", id="cache policy"
        ),
        pytest.param(behavior_with(CachePolicyId=None), "CachePolicyId", id="none"),
        pytest.param(
            behavior_with(OriginRequestPolicyId="nobody's"),
            "OriginRequestPolicyId",
            id="origin request policy",
        ),
        pytest.param(
            behavior_with(ResponseHeadersPolicyId="nobody's"),
            "ResponseHeadersPolicyId",
            id="response headers policy",
        ),
        pytest.param(
            {"Origins": listing(an_s3_origin_description(OriginAccessControlId="E9"))},
            "'E9'",
            id="origin access control",
        ),
        pytest.param(
            behavior_with(ViewerProtocolPolicy="http-only"),
            "ViewerProtocolPolicy 'http-only'",
            id="viewer protocol policy",
        ),
    ],
)
def test_what_nobody_defined_is_refused_by_name(
    config: dict[str, Any], named: str
) -> None:
    assert named in refused(**config)
