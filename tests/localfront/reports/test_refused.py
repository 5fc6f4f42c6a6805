"""Public bug reports about what CloudFront refuses: `check` finds each before the deployment."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.check.findings import Severity
from localfront.check.rules.all_rules import check
from localfront.config.legacy_values import LEGACY
from localfront.sources.description import Description
from tests.localfront.check.checking import ALL_METHODS, described, evidence, methods
from tests.localfront.factories import (
    a_behavior_description,
    a_custom_origin_description,
    a_distribution_description,
    an_s3_origin_description,
    listing,
)

KEY = "ParametersInCacheKeyAndForwardedToOrigin"
WEBSITE = "site.s3-website-us-east-1.amazonaws.com"


def errors(description: Description) -> str:
    """The errors, each with rule and message, one per line."""
    found = check(description, evidence()).findings
    return "\n".join(f"{f.rule} {f.message}" for f in found if f.severity is Severity.ERROR)


def with_policy(kind: str, field: str, config: dict[str, Any]) -> Description:
    plain = described(DefaultCacheBehavior=a_behavior_description(**{field: "P"}))
    policies: dict[str, Any] = {kind: {"P": config}}
    return Description(
        distributions=plain.distributions,
        origin_access_controls=plain.origin_access_controls,
        **policies,
    )


def cache_policy(ttl: int, **key: Any) -> Description:
    config = {"MinTTL": ttl, "DefaultTTL": ttl, "MaxTTL": ttl, KEY: key}
    return with_policy("cache_policies", "CachePolicyId", config)


def headers(*names: str) -> dict[str, Any]:
    return {"HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": listing(*names)}}


def cors(**changes: Any) -> Description:
    lists = {
        "AccessControlAllowOrigins": listing("https://a.test"),
        "AccessControlAllowMethods": listing("GET"),
        "AccessControlAllowHeaders": listing("X-One"),
        "AccessControlAllowCredentials": True,
        "OriginOverride": True,
    }
    config = {"CorsConfig": {**lists, **changes}}
    return with_policy("response_headers_policies", "ResponseHeadersPolicyId", config)


def an_origin(**changes: Any) -> Description:
    return described(
        Origins=listing(an_s3_origin_description(**changes), a_custom_origin_description())
    )


def an_origin_group() -> Description:
    group = {
        "Id": "both",
        "FailoverCriteria": {"StatusCodes": {"Quantity": 1, "Items": [500]}},
        "Members": listing({"OriginId": "pages"}, {"OriginId": "api"}),
    }
    behavior = a_behavior_description(TargetOriginId="both", **methods(*ALL_METHODS))
    return described(OriginGroups=listing(group), DefaultCacheBehavior=behavior)


def two_distributions() -> Description:
    other = a_distribution_description()
    return Description(
        distributions=(*described().distributions, {**other, "Id": "E2"}),
        origin_access_controls={"E2QWRUHAPOMQZL": {"SigningBehavior": "always"}},
    )


def legacy_beside_a_policy() -> Description:
    values = {"QueryString": False, "Cookies": {"Forward": "none"}}
    return described(DefaultCacheBehavior=a_behavior_description(**{LEGACY: values}))


def a_certificate() -> Description:
    arn = "arn:aws:acm:us-west-2:123456789012:certificate/1"
    return described(ViewerCertificate={"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only"})


def ttls_in_the_wrong_order() -> Description:
    config = {"MinTTL": 60, "DefaultTTL": 30, "MaxTTL": 90, KEY: {}}
    return with_policy("cache_policies", "CachePolicyId", config)


REPORTS = {
    "aws/aws-cdk/issues/13441": (cache_policy(0, **headers("Authorization")), "CP-001"),
    "aws/aws-cdk/issues/16977": (
        cache_policy(0, CookiesConfig={"CookieBehavior": "all"}),
        "CP-001",
    ),
    "pulumi/docs/pull/18475": (cache_policy(0, EnableAcceptEncodingGzip=True), "CP-001"),
    "jetbridge/cdk-nextjs/pull/188": (
        cache_policy(60, EnableAcceptEncodingGzip=True, **headers("accept-encoding")),
        "CP-002",
    ),
    "aws/aws-cdk/pull/13410": (
        with_policy("origin_request_policies", "OriginRequestPolicyId", headers("Accept-Encoding")),
        "CP-003",
    ),
    "aws/aws-cdk/pull/35308": (cors(AccessControlAllowHeaders=listing("*")), "CP-004"),
    "awsdocs/aws-cloudformation-user-guide/issues/1179": (
        cors(AccessControlAllowHeaders=listing()),
        "CP-005",
    ),
    "hashicorp/terraform-provider-aws/issues/7847": (
        an_origin(DomainName=WEBSITE, OriginAccessControlId=""),
        "CP-006",
    ),
    "hashicorp/terraform-provider-aws/issues/33214": (an_origin(DomainName=WEBSITE), "CP-007"),
    "milliHQ/terraform-aws-next-js/issues/61": (a_certificate(), "CP-008"),
    "aws/aws-cdk/issues/32450": (an_origin_group(), "CP-015"),
    "vincenting/vincentu/pull/8": (
        an_origin(DomainName="https://1plcsnvbul.execute-api.us-east-1.amazonaws.com"),
        "is not a domain name",
    ),
    "ansible-collections/community.aws/issues/1819": (
        an_origin(CustomOriginConfig=a_custom_origin_description()["CustomOriginConfig"]),
        "is set together with CustomOriginConfig",
    ),
    "terraform-aws-modules/terraform-aws-cloudfront/issues/71": (
        legacy_beside_a_policy(),
        "belongs to the legacy settings",
    ),
    "hashicorp/terraform-provider-aws/issues/17878": (ttls_in_the_wrong_order(), "is out of order"),
    "serverless-nextjs/serverless-next.js/issues/324": (two_distributions(), "HO-007"),
}


@pytest.mark.parametrize(
    ("description", "message"),
    [
        pytest.param(*case, id=report, marks=pytest.mark.report(report))
        for report, case in REPORTS.items()
    ],
)
def test_every_reported_refusal_is_a_finding_here(description: Description, message: str) -> None:
    assert message in errors(description)
