"""CloudFront's refusals when a distribution is created (CP)."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.check.findings import Severity
from localfront.check.rules.catalogue import CODES, RULES
from tests.localfront.check.checking import (
    ALL_METHODS,
    at_edge,
    finding,
    findings,
    methods,
    report,
)
from tests.localfront.factories import (
    a_behavior_description,
    a_custom_origin_description,
    an_s3_origin_description,
    listing,
)

WEBSITE = "pages.s3-website-us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    "name", [WEBSITE, "api.example.com", "abc123.execute-api.us-east-1.amazonaws.com"]
)
@pytest.mark.proves("CP-006")
def test_an_s3_origin_whose_domain_is_not_a_bucket_is_found(name: str) -> None:
    origin = an_s3_origin_description(DomainName=name, OriginAccessControlId="")

    found = finding("CP-006", Origins=listing(origin, a_custom_origin_description()))

    assert name in found.message


@pytest.mark.parametrize(
    "name",
    [
        "pages.s3.amazonaws.com",
        "pages.s3.eu-west-1.amazonaws.com",
        "pages.s3.dualstack.eu-west-1.amazonaws.com",
        "ap-1.s3-accesspoint.us-east-1.amazonaws.com",
        "known-after-apply.invalid",
    ],
)
def test_every_form_of_a_buckets_domain_name_is_no_finding(name: str) -> None:
    name = f"x.{name}" if name.endswith("invalid") else name
    origin = an_s3_origin_description(DomainName=name)

    assert findings("CP-006", Origins=listing(origin, a_custom_origin_description())) == ()


def website(**changes: Any) -> dict[str, Any]:
    origin = a_custom_origin_description(Id="pages", DomainName=WEBSITE, OriginPath="")
    custom = {**origin["CustomOriginConfig"], **changes.pop("custom", {})}
    site = {**origin, "CustomOriginConfig": custom, **changes}
    return {"Origins": listing(site, a_custom_origin_description())}


@pytest.mark.proves("CP-007")
def test_an_origin_access_control_on_a_website_endpoint_is_found() -> None:
    http = {"OriginProtocolPolicy": "http-only"}

    found = finding("CP-007", **website(custom=http, OriginAccessControlId="E2QWRUHAPOMQZL"))

    assert CODES[found.rule] == "InvalidOriginAccessControl"
    assert findings("CP-007", **website(custom=http)) == ()


@pytest.mark.parametrize(
    ("origin", "viewer", "severity"),
    [
        ("https-only", "allow-all", Severity.ERROR),
        ("match-viewer", "redirect-to-https", Severity.ERROR),
        ("match-viewer", "allow-all", Severity.WARNING),
        ("http-only", "redirect-to-https", None),
    ],
)
@pytest.mark.proves("S3-005")
def test_a_website_endpoint_requested_over_https_is_found(
    origin: str, viewer: str, severity: Severity | None
) -> None:
    behavior = a_behavior_description(ViewerProtocolPolicy=viewer)
    given = website(custom={"OriginProtocolPolicy": origin})

    found = findings("S3-005", DefaultCacheBehavior=behavior, **given)

    assert [f.severity for f in found] == ([] if severity is None else [severity])


@pytest.mark.parametrize(
    ("config", "rule"),
    [
        (
            {
                "ViewerCertificate": {
                    "ACMCertificateArn": "arn:aws:acm:eu-west-1:1:certificate/a",
                    "SSLSupportMethod": "sni-only",
                }
            },
            "CP-008",
        ),
        ({"WebACLId": "arn:aws:wafv2:us-east-1:1:regional/webacl/w/1"}, "CP-010"),
        ({"Logging": {"Enabled": True, "Bucket": "logs"}}, "CP-011"),
        ({"HttpVersion": "http4"}, "CP-012"),
        ({"PriceClass": "PriceClass_300"}, "CP-012"),
        ({"ViewerCertificate": {"MinimumProtocolVersion": "TLSv1.2"}}, "CP-012"),
        ({"Comment": "x" * 129}, "CP-013"),
        (
            {"ViewerCertificate": {"ACMCertificateArn": "arn:aws:acm:us-east-1:1:certificate/a"}},
            "CP-014",
        ),
    ],
)
@pytest.mark.proves("CP-008", "CP-010", "CP-011", "CP-012", "CP-013", "CP-014", "HO-012")
def test_a_field_of_the_distribution_that_cloudfront_refuses_is_found(
    config: dict[str, Any], rule: str
) -> None:
    assert {f.rule for f in report(**config).findings} == {rule}
    assert finding(rule, **config).severity is Severity.ERROR


def test_fields_that_cloudfront_accepts_are_no_finding() -> None:
    config: dict[str, Any] = {
        "ViewerCertificate": {
            "ACMCertificateArn": "arn:aws:acm:us-east-1:1:certificate/a",
            "SSLSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.2_2021",
        },
        "WebACLId": "arn:aws:wafv2:us-east-1:1:global/webacl/w/1",
        "Logging": {"Enabled": True, "Bucket": "logs.s3.amazonaws.com", "Prefix": ""},
        "HttpVersion": "HTTP2",
        "PriceClass": "PriceClass_100",
        "Comment": "x" * 128,
    }

    assert report(**config).findings == ()


GROUP = {
    "Id": "both",
    "FailoverCriteria": {"StatusCodes": {"Quantity": 1, "Items": [500]}},
    "Members": listing({"OriginId": "pages"}, {"OriginId": "api"}),
}


@pytest.mark.proves("CP-015")
def test_an_origin_group_with_post_allowed_is_found() -> None:
    writes = a_behavior_description(TargetOriginId="both", **methods(*ALL_METHODS))
    reads = a_behavior_description(TargetOriginId="both")

    found = finding("CP-015", OriginGroups=listing(GROUP), DefaultCacheBehavior=writes)

    assert "POST" in found.message
    assert findings("CP-015", OriginGroups=listing(GROUP), DefaultCacheBehavior=reads) == ()


@pytest.mark.proves("CP-016")
@pytest.mark.parametrize(
    ("allowed", "version", "found"),
    [
        (("GET", "HEAD"), "http2", ["POST"]),
        (ALL_METHODS, "http1.1", ["HTTP/2"]),
        (ALL_METHODS, "http2and3", []),
    ],
)
def test_grpc_without_its_requirements_is_found(
    allowed: tuple[str, ...], version: str, found: list[str]
) -> None:
    behavior = a_behavior_description(GrpcConfig={"Enabled": True}, **methods(*allowed))

    reported = findings("CP-016", DefaultCacheBehavior=behavior, HttpVersion=version)

    assert len(reported) == len(found)
    assert all(word in f.message for f, word in zip(reported, found, strict=True))


@pytest.mark.proves("LH-010")
def test_a_function_with_smooth_streaming_is_found() -> None:
    streams = a_behavior_description(SmoothStreaming=True)
    both = a_behavior_description(SmoothStreaming=True, **at_edge())

    assert finding("LH-010", DefaultCacheBehavior=both).severity is Severity.ERROR
    assert findings("LH-010", DefaultCacheBehavior=streams) == ()


CORS_S3 = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"  # forwards Origin
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


@pytest.mark.proves("CP-017", "CP-018")
def test_a_forwarded_header_that_may_vary_the_response_but_is_not_in_the_key_is_found() -> None:
    origin = a_behavior_description(OriginRequestPolicyId=CORS_S3)
    host = a_behavior_description(OriginRequestPolicyId=ALL_VIEWER, TargetOriginId="api")
    uncached = a_behavior_description(OriginRequestPolicyId=CORS_S3, CachePolicyId=DISABLED)

    assert finding("CP-017", DefaultCacheBehavior=origin).severity is Severity.WARNING
    assert finding("CP-018", DefaultCacheBehavior=host).severity is Severity.WARNING
    assert findings("CP-017", DefaultCacheBehavior=uncached) == ()


@pytest.mark.proves("PL-008")
def test_a_viewer_response_function_is_reported_not_to_run_for_errors() -> None:
    association = {
        "EventType": "viewer-response",
        "FunctionARN": "arn:aws:cloudfront::123456789012:function/f",
    }
    behavior = a_behavior_description(FunctionAssociations=listing(association))

    assert finding("PL-008", DefaultCacheBehavior=behavior).severity is Severity.NOTE
    assert findings("PL-008") == ()


@pytest.mark.proves("CP-009")
def test_a_load_balancer_requested_over_http_may_cause_a_redirect_loop() -> None:
    name = "site-1.us-east-1.elb.amazonaws.com"
    origin = a_custom_origin_description(DomainName=name)
    http = {**origin["CustomOriginConfig"], "OriginProtocolPolicy": "http-only"}
    origins = listing(an_s3_origin_description(), {**origin, "CustomOriginConfig": http})

    assert finding("CP-009", Origins=origins).severity is Severity.NOTE
    https = listing(an_s3_origin_description(), origin)
    assert findings("CP-009", Origins=https) == ()


@pytest.mark.proves("AG-005")
def test_a_website_endpoint_is_not_taken_for_a_login_api() -> None:
    behavior = a_behavior_description(**methods(*ALL_METHODS))
    given = website(custom={"OriginProtocolPolicy": "http-only"})

    assert findings("AG-005", DefaultCacheBehavior=behavior, **given) == ()


def test_each_rule_for_a_cloudfront_error_names_its_error_code() -> None:
    refusing = [r for r in RULES if r.id.startswith(("CP", "LA")) and r.severity is Severity.ERROR]

    # A value that is in no list is refused before CloudFront looks: its pages name no code for that.
    assert [rule.id for rule in refusing if not rule.code] == ["CP-012"]
