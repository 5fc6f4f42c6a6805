"""A configuration may come from a handwritten file: for any content, the result is a
Distribution or a ConfigError, and nothing else.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from localfront.config.distribution import Distribution
from localfront.config.managed_policies import ALL_VIEWER, MANAGED
from localfront.config.parsing import parse_distribution
from localfront.config.policy_parsing import (
    parse_cache_policy,
    parse_origin_request_policy,
)
from localfront.config.trusted_keys import parse_key_group, parse_public_key
from localfront.errors import ConfigError
from tests.localfront.config.reading import (
    KEY_GROUPS,
    SIGNING_BEHAVIORS,
    a_function_association,
    a_group_description,
    an_association,
    an_error_response,
    forwarded_values,
)
from tests.localfront.factories import (
    HOST,
    a_behavior_description,
    a_custom_origin_description,
    a_distribution_description,
    an_s3_origin_description,
    listing,
)

FULL = a_distribution_description(
    DefaultRootObject="index.html",
    Aliases=listing(HOST),
    ViewerCertificate={"CloudFrontDefaultCertificate": False},
    Origins=listing(
        an_s3_origin_description(),
        a_custom_origin_description(
            CustomHeaders=listing({"HeaderName": "X-Key", "HeaderValue": "v"}),
            ResponseCompletionTimeout=60,
            OriginShield={"Enabled": True},
        ),
    ),
    OriginGroups=listing(a_group_description()),
    DefaultCacheBehavior=a_behavior_description(
        TrustedKeyGroups={"Enabled": True, **listing("group-1")},
        LambdaFunctionAssociations=listing(an_association(IncludeBody=True)),
        OriginRequestPolicyId=ALL_VIEWER.id,
    ),
    CacheBehaviors=listing(
        a_behavior_description(
            PathPattern="/old/*",
            TargetOriginId="api",
            FunctionAssociations=listing(a_function_association()),
            MinTTL=0,
            DefaultTTL=1,
            MaxTTL=2,
            **forwarded_values(
                QueryString=True,
                QueryStringCacheKeys=listing("q"),
                Headers=listing("Accept"),
                Cookies={"Forward": "whitelist", "WhitelistedNames": listing("c*")},
            ),
        )
    ),
    CustomErrorResponses=listing(an_error_response()),
    Restrictions={"GeoRestriction": {"RestrictionType": "whitelist", **listing("NL")}},
    Staging=True,
)
CACHE_POLICY = {
    "MinTTL": 0,
    "DefaultTTL": 1,
    "MaxTTL": 2,
    "ParametersInCacheKeyAndForwardedToOrigin": {
        "EnableAcceptEncodingGzip": True,
        "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": listing("A")},
        "CookiesConfig": {"CookieBehavior": "allExcept", "Cookies": listing("a")},
        "QueryStringsConfig": {"QueryStringBehavior": "all"},
    },
}
REQUEST_POLICY = {
    "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": listing("A")},
    "CookiesConfig": {"CookieBehavior": "all"},
    "QueryStringsConfig": {
        "QueryStringBehavior": "whitelist",
        "QueryStrings": listing("a"),
    },
}

Path = tuple[str | int, ...]


def paths(value: Any, at: Path = ()) -> Iterator[Path]:
    """The path of every value in a description, the root first."""
    yield at
    inside: dict[Any, Any] = {}
    if isinstance(value, dict | list):
        inside = dict(enumerate(value)) if isinstance(value, list) else value
    for name, member in inside.items():
        yield from paths(member, (*at, name))


def with_junk(description: Any, at: Path, junk: Any) -> Any:
    """A copy with junk at a path; `...` removes the value."""
    if not at:
        return None if junk is ... else junk
    changed = copy.deepcopy(description)
    place = changed
    for name in at[:-1]:
        place = place[name]
    if junk is ...:
        del place[at[-1]]
    else:
        place[at[-1]] = junk
    return changed


def parsed(description: Any) -> Distribution:
    return parse_distribution(
        description,
        policies=MANAGED,
        signing_behaviors=SIGNING_BEHAVIORS,
        keys=KEY_GROUPS,
    )


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["*", "/", "Items", "whitelist", "\ud800", "9" * 5000])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Items", "Quantity", "Id", "Enabled"]), inner, max_size=3
        )
    ),
    max_leaves=6,
) | st.just(...)


@given(at=st.sampled_from(list(paths(FULL))), junk=JSON)
def test_junk_in_any_place_of_a_distribution_is_a_config_error(at: Path, junk: Any) -> None:
    with suppress(ConfigError):
        assert isinstance(parsed(with_junk(FULL, at, junk)), Distribution)


@given(at=st.sampled_from(list(paths(CACHE_POLICY))), junk=JSON)
def test_junk_in_any_place_of_a_cache_policy_is_a_config_error(at: Path, junk: Any) -> None:
    with suppress(ConfigError):
        assert parse_cache_policy("p1", with_junk(CACHE_POLICY, at, junk)).id == "p1"


@given(at=st.sampled_from(list(paths(REQUEST_POLICY))), junk=JSON)
def test_junk_in_any_place_of_an_origin_request_policy_is_a_config_error(
    at: Path, junk: Any
) -> None:
    with suppress(ConfigError):
        policy = parse_origin_request_policy("p1", with_junk(REQUEST_POLICY, at, junk))
        assert policy.id == "p1"


@given(junk=JSON)
def test_junk_for_a_key_or_a_key_group_is_a_config_error(junk: Any) -> None:
    with suppress(ConfigError):
        assert parse_key_group("g", with_junk({"Items": ["K"]}, ("Items",), junk))
    with suppress(ConfigError):
        key = with_junk({"EncodedKey": ""}, ("EncodedKey",), junk)
        assert parse_public_key("K", key).id == "K"


def test_the_description_without_junk_is_valid() -> None:
    distribution = parsed(FULL)

    assert distribution.default_cache_behavior.restricted
    assert distribution.cache_behaviors[0].cache_policy.legacy
