from __future__ import annotations

from typing import Any

import pytest

from localfront.cache.key import cache_key
from localfront.config.distribution import CacheBehavior
from localfront.config.policies import Selection
from localfront.origins.requests import forwards_cookies, origin_request
from tests.localfront.config.reading import (
    a_group_description,
    behavior_with,
    forwarded_values,
    notices_of,
    parsed,
    parsed_behavior,
    refused,
)
from tests.localfront.factories import (
    ALL,
    a_request,
    an_api_origin,
    listed,
    listing,
)


def legacy(**values: Any) -> CacheBehavior:
    """A behavior to the API with ForwardedValues."""
    return parsed_behavior(TargetOriginId="api", **forwarded_values(**values))


def refused_legacy(target: str = "api", **values: Any) -> str:
    behavior = {"TargetOriginId": target, **forwarded_values(**values)}
    return refused(**behavior_with(**behavior))


def cookies(*names: str) -> dict[str, Any]:
    return {"Forward": "whitelist", "WhitelistedNames": listing(*names)}


def test_legacy_settings_that_forward_nothing_have_only_the_url_in_the_key() -> None:
    behavior = legacy()
    policy = behavior.cache_policy

    assert policy.legacy
    assert policy.headers == policy.cookies == policy.query_strings == Selection()
    assert (policy.min_ttl, policy.default_ttl, policy.max_ttl) == (
        0,
        86_400,
        31_536_000,
    )
    assert behavior.origin_request_policy is None


@pytest.mark.proves("CM-001")
def test_legacy_settings_compress_only_with_gzip() -> None:
    policy = legacy().cache_policy

    assert (policy.gzip, policy.brotli) == (True, False)


@pytest.mark.proves("CA-019")
def test_legacy_ttls_are_read_beside_the_forwarded_values() -> None:
    behavior = parsed_behavior(
        **forwarded_values(), MinTTL=1, DefaultTTL=2, MaxTTL=3, TargetOriginId="api"
    )
    policy = behavior.cache_policy

    assert (policy.min_ttl, policy.default_ttl, policy.max_ttl) == (1, 2, 3)


@pytest.mark.parametrize(
    "times",
    [
        {"MinTTL": 5, "DefaultTTL": 4, "MaxTTL": 10},
        {"MinTTL": 0, "DefaultTTL": 11, "MaxTTL": 10},
        {"MaxTTL": 10},
        {"MinTTL": -1},
    ],
)
def test_ttls_out_of_order_are_refused(times: dict[str, int]) -> None:
    assert "TTL" in refused(**behavior_with(**forwarded_values(), **times))


@pytest.mark.proves("CA-006")
def test_all_query_strings_are_in_the_key_and_go_to_the_origin() -> None:
    behavior = legacy(QueryString=True)

    assert behavior.cache_policy.query_strings == ALL
    assert behavior.origin_request_policy is None


@pytest.mark.proves("CA-006")
def test_with_query_string_cache_keys_all_are_forwarded_and_only_those_are_in_the_key() -> None:
    behavior = legacy(QueryString=True, QueryStringCacheKeys=listing("lang"))
    request = a_request("/api?lang=nl&session=7")

    key = cache_key(request, "E1", behavior.cache_policy)
    sent = origin_request(request, behavior, an_api_origin(), request_id="id==")

    assert key.querystring == "lang=nl"
    assert sent.querystring == "lang=nl&session=7"


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([f"q{number}" for number in range(11)], id="number"),
        pytest.param(["q" * 129], id="length"),
        pytest.param([f"{n}" * 100 for n in range(6)], id="together"),
    ],
)
def test_query_string_keys_are_limited_in_number_and_length(names: list[str]) -> None:
    keys = listing(*names)

    message = refused_legacy(QueryString=True, QueryStringCacheKeys=keys)

    assert "ForwardedValues.QueryStringCacheKeys" in message


def test_query_string_keys_need_query_strings() -> None:
    message = refused_legacy(QueryStringCacheKeys=listing("a"))

    assert "while QueryString is false" in message


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        pytest.param("session", ["session"], id="a name"),
        pytest.param("session*", ["session", "session-id", "session*"], id="star"),
        pytest.param("sess?on", ["session"], id="question mark"),
        pytest.param("*", ["session", "session-id", "session*", "other"], id="all"),
    ],
)
@pytest.mark.proves("CA-007")
def test_legacy_cookie_names_may_have_wildcards(pattern: str, taken: list[str]) -> None:
    behavior = legacy(Cookies=cookies(pattern))
    names = ["session", "session-id", "session*", "other"]
    header = ("Cookie", "; ".join(f"{name}=v" for name in names))

    key = cache_key(a_request(headers=[header]), "E1", behavior.cache_policy)

    assert [pair.partition("=")[0] for pair in key.cookies.split("; ")] == sorted(taken)
    assert forwards_cookies(behavior)


@pytest.mark.proves("CA-024")
def test_legacy_cookies_are_all_or_none_or_listed() -> None:
    assert legacy(Cookies={"Forward": "all"}).cache_policy.cookies == ALL
    assert not forwards_cookies(legacy())
    assert "Forward 'some'" in refused_legacy(Cookies={"Forward": "some"})


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([], id="none"),
        pytest.param([f"c{number}" for number in range(11)], id="number"),
        pytest.param(["c" * 512], id="bytes"),
        pytest.param(["é" * 256], id="bytes, not characters"),
    ],
)
def test_legacy_cookie_names_are_limited_in_number_and_length(names: list[str]) -> None:
    assert "WhitelistedNames" in refused_legacy(Cookies=cookies(*names))


@pytest.mark.proves("CA-008")
def test_listed_headers_are_in_the_key() -> None:
    policy = legacy(Headers=listing("Accept-Language", "X-Tenant")).cache_policy

    assert policy.headers == listed("accept-language", "x-tenant")
    assert policy.gzip


def test_a_listed_accept_encoding_is_forwarded_unchanged() -> None:
    behavior = legacy(Headers=listing("Accept-Encoding"))
    request = a_request(headers=[("Accept-Encoding", "zstd, br")])

    sent = origin_request(request, behavior, an_api_origin(), request_id="id==")

    assert sent.headers.get("Accept-Encoding") == "zstd, br"


@pytest.mark.proves("CA-018")
def test_forwarding_all_headers_caches_nothing() -> None:
    behavior = legacy(Headers=listing("*"))

    assert behavior.cache_policy.caching_disabled
    assert behavior.origin_request_policy is not None
    assert behavior.origin_request_policy.headers == ALL
    assert behavior.origin_request_policy.query_strings == Selection()


def test_forwarding_all_headers_needs_a_minimum_ttl_of_zero() -> None:
    behavior = {**forwarded_values(Headers=listing("*")), "TargetOriginId": "api"}

    assert "MinTTL 1 is more than 0" in refused(**behavior_with(**behavior, MinTTL=1))


@pytest.mark.parametrize("name", ["*", "Host", "host"])
@pytest.mark.proves("S3-004")
def test_a_buckets_requests_never_have_the_viewers_host(name: str) -> None:
    assert "S3-004" in refused_legacy("pages", Headers=listing(name))


@pytest.mark.proves("S3-004")
def test_a_group_with_a_bucket_never_gets_the_viewers_host() -> None:
    behavior = {**forwarded_values(Headers=listing("Host")), "TargetOriginId": "both"}
    groups = listing(a_group_description())

    assert "S3-004" in refused(OriginGroups=groups, **behavior_with(**behavior))
    assert parsed(OriginGroups=groups).origin_groups


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["*", "Accept"], id="all and one"),
        pytest.param(["Cookie"], id="Cookie"),
        pytest.param(["Upgrade"], id="Upgrade"),
        pytest.param([f"X-{number}" for number in range(11)], id="number"),
    ],
)
def test_a_list_of_headers_that_cloudfront_refuses_is_refused(
    names: list[str],
) -> None:
    assert "ForwardedValues.Headers" in refused_legacy(Headers=listing(*names))


def test_an_unknown_field_is_reported() -> None:
    config = behavior_with(**forwarded_values(QueryStrings=True))

    assert "QueryStrings True" in notices_of(**config)
