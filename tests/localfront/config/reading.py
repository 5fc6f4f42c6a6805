"""Parse a DistributionConfig in tests; keywords override the factory's."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.config.distribution import (
    CacheBehavior,
    Distribution,
    Origin,
    TrustedKey,
)
from localfront.config.managed_policies import MANAGED
from localfront.config.notices import Notice
from localfront.config.parsing import parse_distribution
from localfront.errors import ConfigError
from localfront.profiles import PROFILE_2026, Profile
from tests.localfront.factories import (
    EDGE_ARN,
    a_behavior_description,
    a_custom_origin_description,
    a_distribution_description,
    an_s3_origin_description,
    listing,
)

SIGNING_BEHAVIORS = {"E2QWRUHAPOMQZL": "always"}
KEY = TrustedKey(id="K2JCJMDEHXQW5F", pem="-----BEGIN PUBLIC KEY-----\n...")
KEY_GROUPS = {"group-1": (KEY,)}
CANONICAL_USERS = {"E127EXAMPLE51Z": "79a59df900b949e5"}
FUNCTION_ARN = "arn:aws:cloudfront::123456789012:function/rewrite"


def parsed(profile: Profile = PROFILE_2026, **config: Any) -> Distribution:
    return parse_distribution(
        a_distribution_description(**config),
        policies=MANAGED,
        signing_behaviors=SIGNING_BEHAVIORS,
        keys=KEY_GROUPS,
        canonical_users=CANONICAL_USERS,
        profile=profile,
    )


def refused(profile: Profile = PROFILE_2026, **config: Any) -> str:
    """The message of the ConfigError for a config."""
    with pytest.raises(ConfigError) as caught:
        parsed(profile, **config)
    return str(caught.value)


def notices_of(profile: Profile = PROFILE_2026, **config: Any) -> str:
    """The notices of a config that is served, one per line."""
    notices: list[Notice] = []
    parse_distribution(
        a_distribution_description(**config),
        policies=MANAGED,
        signing_behaviors=SIGNING_BEHAVIORS,
        keys=KEY_GROUPS,
        canonical_users=CANONICAL_USERS,
        profile=profile,
        notices=notices,
    )
    return "\n".join(map(str, notices))


def behavior_with(**changes: Any) -> dict[str, Any]:
    return {"DefaultCacheBehavior": a_behavior_description(**changes)}


def parsed_behavior(**changes: Any) -> CacheBehavior:
    return parsed(**behavior_with(**changes)).default_cache_behavior


def s3_origin_with(**changes: Any) -> dict[str, Any]:
    """The bucket with changes, and the API unchanged."""
    return {"Origins": listing(an_s3_origin_description(**changes), a_custom_origin_description())}


def custom_origin_with(**changes: Any) -> dict[str, Any]:
    """The bucket unchanged, and the API with changes."""
    return {"Origins": listing(an_s3_origin_description(), a_custom_origin_description(**changes))}


def custom_settings(**changes: Any) -> dict[str, Any]:
    """Origins whose API has other connection settings."""
    settings = a_custom_origin_description()["CustomOriginConfig"]
    return custom_origin_with(CustomOriginConfig={**settings, **changes})


def parsed_origin(origin_id: str = "api", **config: Any) -> Origin:
    return parsed(**config).origin(origin_id)


def an_association(**changes: Any) -> dict[str, Any]:
    return {
        "LambdaFunctionARN": EDGE_ARN,
        "EventType": "viewer-request",
        "IncludeBody": False,
        **changes,
    }


def a_function_association(event_type: str = "viewer-request") -> dict[str, Any]:
    return {"FunctionARN": FUNCTION_ARN, "EventType": event_type}


def an_error_response(**changes: Any) -> dict[str, Any]:
    return {
        "ErrorCode": 403,
        "ResponsePagePath": "/error.html",
        "ResponseCode": "403",
        "ErrorCachingMinTTL": 30,
        **changes,
    }


def a_group_description(**changes: Any) -> dict[str, Any]:
    """An origin group: the bucket is primary, the API secondary."""
    return {
        "Id": "both",
        "FailoverCriteria": {"StatusCodes": listing(500, 503)},
        "Members": listing({"OriginId": "pages"}, {"OriginId": "api"}),
        **changes,
    }


def forwarded_values(**changes: Any) -> dict[str, Any]:
    """A behavior with legacy settings that forward nothing."""
    values = {"QueryString": False, "Cookies": {"Forward": "none"}}
    return {"CachePolicyId": None, "ForwardedValues": {**values, **changes}}
