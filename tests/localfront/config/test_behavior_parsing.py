from __future__ import annotations

from typing import Any

import pytest

from localfront.config.distribution import (
    LambdaFunctionAssociation,
    ViewerProtocolPolicy,
)
from localfront.config.managed_policies import ALL_VIEWER, CACHING_OPTIMIZED
from tests.localfront.config.reading import (
    an_association,
    behavior_with,
    forwarded_values,
    notices_of,
    parsed,
    parsed_behavior,
    refused,
)
from tests.localfront.factories import EDGE_ARN, a_behavior_description, listing

READS = ("GET", "HEAD")
READS_AND_OPTIONS = (*READS, "OPTIONS")
ALL_METHODS = (*READS_AND_OPTIONS, "PUT", "POST", "PATCH", "DELETE")


def methods(allowed: tuple[str, ...], cached: tuple[str, ...] = READS) -> Any:
    return {
        "AllowedMethods": {**listing(*allowed), "CachedMethods": listing(*cached)},
    }


@pytest.mark.proves("RT-009", "VP-006")
def test_a_behavior_is_read_with_its_policies() -> None:
    behavior = parsed_behavior(
        TargetOriginId="api",
        ViewerProtocolPolicy="https-only",
        OriginRequestPolicyId=ALL_VIEWER.id,
        ResponseHeadersPolicyId="67f7725c-6f97-4210-82d7-5512b31e9d03",
        LambdaFunctionAssociations=listing(an_association()),
        **methods(ALL_METHODS, READS_AND_OPTIONS),
    )

    assert behavior.target_origin_id == "api"
    assert behavior.viewer_protocol_policy is ViewerProtocolPolicy.HTTPS_ONLY
    assert behavior.allowed_methods == set(ALL_METHODS)
    assert behavior.cached_methods == set(READS_AND_OPTIONS)
    assert behavior.cache_policy is CACHING_OPTIMIZED
    assert behavior.origin_request_policy is ALL_VIEWER
    assert behavior.response_headers_policy is not None
    assert behavior.function_for("viewer-request") == LambdaFunctionAssociation(
        event_type="viewer-request", lambda_function_arn=EDGE_ARN
    )
    assert behavior.function_for("origin-request") is None


@pytest.mark.proves("VP-006")
def test_a_behavior_without_a_method_list_allows_get_and_head() -> None:
    behavior = parsed_behavior(AllowedMethods=None)

    assert behavior.allowed_methods == behavior.cached_methods == set(READS)


@pytest.mark.parametrize("allowed", [READS, READS_AND_OPTIONS, ALL_METHODS])
@pytest.mark.proves("VP-006")
def test_there_are_three_sets_of_allowed_methods(allowed: tuple[str, ...]) -> None:
    assert parsed_behavior(**methods(allowed)).allowed_methods == set(allowed)


@pytest.mark.parametrize(
    "allowed", [("GET",), (*READS, "POST"), (*ALL_METHODS, "TRACE"), ("get", "head")]
)
@pytest.mark.proves("VP-006")
def test_any_other_set_of_methods_is_refused(allowed: tuple[str, ...]) -> None:
    assert "(VP-006)" in refused(**behavior_with(**methods(allowed)))


@pytest.mark.proves("VP-006")
def test_an_error_does_not_quote_an_overlong_list() -> None:
    assert len(refused(**behavior_with(**methods((*READS, "9" * 5_000))))) < 1_000


@pytest.mark.parametrize(
    ("allowed", "cached"),
    [
        pytest.param(READS, READS_AND_OPTIONS, id="not allowed"),
        pytest.param(ALL_METHODS, (*READS, "POST"), id="never cached"),
        pytest.param(ALL_METHODS, ("GET",), id="without HEAD"),
    ],
)
@pytest.mark.proves("VP-007")
def test_cached_methods_are_get_head_or_allowed_options(
    allowed: tuple[str, ...], cached: tuple[str, ...]
) -> None:
    assert "(VP-007)" in refused(**behavior_with(**methods(allowed, cached)))


@pytest.mark.parametrize("pattern", ["images/*.jpg", "/api/*", "*.doc?", "/" + "a" * 254])
@pytest.mark.proves("RT-008")
def test_a_path_pattern_is_kept_unchanged(pattern: str) -> None:
    listed = listing(a_behavior_description(PathPattern=pattern))

    assert parsed(CacheBehaviors=listed).cache_behaviors[0].path_pattern == pattern


@pytest.mark.parametrize(
    "pattern", ["", "/a b", "/é", "/a#b", "/a%20b", "/a\n", "/[a]", "/" + "a" * 255]
)
@pytest.mark.proves("RT-008")
def test_a_pattern_that_cloudfront_refuses_is_refused(pattern: str) -> None:
    listed = listing(a_behavior_description(PathPattern=pattern))

    assert "CacheBehaviors.Items[0].PathPattern" in refused(CacheBehaviors=listed)


@pytest.mark.proves("RT-009")
def test_a_behavior_with_an_unknown_origin_is_refused_with_the_list_of_origins() -> None:
    message = refused(**behavior_with(TargetOriginId="apo"))

    assert "TargetOriginId 'apo'" in message
    assert "api, pages" in message


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"CachePolicyId": None}, "CachePolicyId is missing", id="none"),
        pytest.param(
            {"ViewerProtocolPolicy": "http-only"},
            "ViewerProtocolPolicy 'http-only'",
            id="viewer protocol",
        ),
        pytest.param({"MinTTL": 5}, "MinTTL 5", id="times beside a policy"),
    ],
)
def test_a_value_that_cloudfront_refuses_is_refused_with_its_field(
    changes: dict[str, Any], named: str
) -> None:
    assert named in refused(**behavior_with(**changes))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"SmoothStreaming": True}, "SmoothStreaming", id="streaming"),
        pytest.param({"FieldLevelEncryptionId": "C1"}, "FieldLevelEncryptionId", id="encryption"),
        pytest.param({"GrpcConfig": {"Enabled": True}}, "MI-003", id="gRPC"),
        pytest.param({"RealtimeLogConfigArn": "arn:1"}, "RealtimeLogConfigArn", id="live logs"),
        pytest.param({"Compres": True}, "Compres True", id="a misspelt field"),
    ],
)
def test_unsupported_settings_are_reported_and_the_rest_served(
    changes: dict[str, Any], named: str
) -> None:
    assert named in notices_of(**behavior_with(**changes))
    assert parsed_behavior(**changes) == parsed_behavior()


def test_a_message_names_its_behavior() -> None:
    wrong = a_behavior_description(PathPattern="/api/*", SmoothStreaming=True)

    assert "Behavior '/api/*': SmoothStreaming" in notices_of(CacheBehaviors=listing(wrong))


@pytest.mark.parametrize(
    "off",
    [
        {"GrpcConfig": {"Enabled": False}},
        {"SmoothStreaming": False},
        {"FieldLevelEncryptionId": ""},
        {"ForwardedValues": None, "MinTTL": 0},
    ],
)
def test_a_disabled_setting_is_the_same_as_a_missing_one(off: dict[str, Any]) -> None:
    assert parsed_behavior(**off) == parsed_behavior()


@pytest.mark.proves("PO-001")
def test_an_origin_request_policy_needs_a_cache_policy() -> None:
    changes = forwarded_values() | {"OriginRequestPolicyId": ALL_VIEWER.id}

    assert "(PO-001)" in refused(**behavior_with(**changes))


def test_a_cache_policy_with_legacy_settings_is_refused() -> None:
    changes = forwarded_values() | {"CachePolicyId": CACHING_OPTIMIZED.id}

    assert "ForwardedValues" in refused(**behavior_with(**changes))


@pytest.mark.parametrize(
    ("field", "command"),
    [
        ("CachePolicyId", "get-cache-policy"),
        ("OriginRequestPolicyId", "get-origin-request-policy"),
        ("ResponseHeadersPolicyId", "get-response-headers-policy"),
    ],
)
def test_an_undescribed_policy_is_reported_with_the_command_that_describes_it(
    field: str, command: str
) -> None:
    line = notices_of(**behavior_with(**{field: "some-id"}))

    assert f"{field} 'some-id'" in line
    assert f"`aws cloudfront {command} --id some-id > FILE`" in line
