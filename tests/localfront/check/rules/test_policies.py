"""CloudFront's refusals when a policy is created (CP-001 to CP-005)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.check.rules.all_rules import check
from localfront.check.rules.catalogue import CODES
from localfront.sources.description import Description
from tests.localfront.check.checking import (
    described,
    evidence,
)
from tests.localfront.check.test_junk import JUNK
from tests.localfront.config.test_junk import paths, with_junk
from tests.localfront.factories import (
    a_behavior_description,
    listing,
)

WEBSITE = "pages.s3-website-us-east-1.amazonaws.com"
KEY = "ParametersInCacheKeyAndForwardedToOrigin"
NONE = {
    "HeadersConfig": {"HeaderBehavior": "none"},
    "CookiesConfig": {"CookieBehavior": "none"},
    "QueryStringsConfig": {"QueryStringBehavior": "none"},
}
AUTHORIZATION = {"HeaderBehavior": "whitelist", "Headers": listing("Authorization")}
ENCODING = {"HeaderBehavior": "whitelist", "Headers": listing("accept-Encoding")}
NO_LIST = {"HeaderBehavior": "whitelist"}
GZIP = {"EnableAcceptEncodingGzip": True}


def cache_policy(seconds: int = 60, **key: Any) -> dict[str, Any]:
    ttls = {"MinTTL": 0, "DefaultTTL": seconds, "MaxTTL": seconds}
    return {**ttls, KEY: {**NONE, **key}}


def rules_of(description: Description) -> set[str]:
    return {f.rule for f in check(description, evidence()).findings if f.rule.startswith("CP")}


def with_policies(**policies: Any) -> Description:
    """The default behavior names a policy `P` of each kind that is given."""
    fields = {
        "cache": ("CachePolicyId", "cache_policies"),
        "request": ("OriginRequestPolicyId", "origin_request_policies"),
        "headers": ("ResponseHeadersPolicyId", "response_headers_policies"),
    }
    named = {fields[kind][0]: "P" for kind in policies}
    plain = described(DefaultCacheBehavior=a_behavior_description(**named))
    parts: dict[str, Any] = {fields[kind][1]: {"P": c} for kind, c in policies.items()}
    return Description(
        distributions=plain.distributions,
        origin_access_controls=plain.origin_access_controls,
        **parts,
    )


@given(st.sampled_from(list(paths(cache_policy(**GZIP)))[1:]), JUNK)
def test_junk_in_a_policy_ends_in_a_report(place: Any, junk: Any) -> None:
    junked = with_junk(cache_policy(**GZIP), place, junk)

    key = junked[KEY]  # of the form of an origin request policy, where it is of any

    assert check(with_policies(cache=junked), evidence())
    assert check(with_policies(request=key if isinstance(key, dict) else {}), evidence())


def cors(**changes: Any) -> dict[str, Any]:
    config = {
        "AccessControlAllowOrigins": listing("https://a.test"),
        "AccessControlAllowMethods": listing("GET"),
        "AccessControlAllowHeaders": listing("X-One"),
        "AccessControlAllowCredentials": True,
        "OriginOverride": True,
    }
    return {"CorsConfig": {**config, **changes}}


@pytest.mark.parametrize(
    ("policy", "rule"),
    [
        ({"cache": cache_policy(0, HeadersConfig=AUTHORIZATION)}, "CP-001"),
        ({"cache": cache_policy(0, CookiesConfig={"CookieBehavior": "all"})}, "CP-001"),
        ({"cache": cache_policy(0, QueryStringsConfig={"QueryStringBehavior": "all"})}, "CP-001"),
        ({"cache": cache_policy(0, **GZIP)}, "CP-001"),
        ({"cache": cache_policy(0, EnableAcceptEncodingBrotli=True)}, "CP-001"),
        ({"cache": cache_policy(60, HeadersConfig=ENCODING, **GZIP)}, "CP-002"),
        ({"request": {**NONE, "HeadersConfig": ENCODING}}, "CP-003"),
        ({"headers": cors(AccessControlAllowOrigins=listing("*"))}, "CP-004"),
        ({"headers": cors(AccessControlAllowHeaders=listing("*"))}, "CP-004"),
        ({"headers": cors(AccessControlAllowMethods=listing("ALL"))}, "CP-004"),
        ({"headers": cors(AccessControlAllowHeaders=listing())}, "CP-005"),
        ({"headers": cors(AccessControlAllowMethods={"Quantity": 0})}, "CP-005"),
        ({"cache": cache_policy(60, HeadersConfig=NO_LIST)}, "CP-005"),
        ({"request": {**NONE, "CookiesConfig": {"CookieBehavior": "allExcept"}}}, "CP-005"),
    ],
)
@pytest.mark.proves("CP-001", "CP-002", "CP-003", "CP-004", "CP-005")
def test_a_policy_that_cloudfront_refuses_is_found(policy: dict[str, Any], rule: str) -> None:
    assert rules_of(with_policies(**policy)) == {rule}
    assert CODES[rule] == "InvalidArgument"


@pytest.mark.parametrize(
    "policy",
    [
        {"cache": cache_policy(0)},
        {"cache": cache_policy(1, HeadersConfig=AUTHORIZATION, **GZIP)},
        {"cache": cache_policy(60, HeadersConfig=ENCODING)},
        {"request": NONE},
        {"headers": cors()},
        {
            "headers": cors(
                AccessControlAllowOrigins=listing("*"), AccessControlAllowCredentials=False
            )
        },
        {"headers": {"CorsConfig": {"AccessControlAllowOrigins": listing()}}},
    ],
)
def test_a_policy_that_cloudfront_accepts_is_no_finding(policy: dict[str, Any]) -> None:
    assert rules_of(with_policies(**policy)) == set()


def test_a_policy_that_no_behavior_uses_is_not_checked() -> None:
    plain = described()
    unused = Description(
        distributions=plain.distributions,
        origin_access_controls=plain.origin_access_controls,
        cache_policies={"P": cache_policy(0, **GZIP)},
    )

    assert rules_of(unused) == set()
