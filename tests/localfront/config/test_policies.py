from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.config.policies import CachePolicy, Mode, Selection, items
from localfront.config.policy_parsing import (
    parse_cache_policy,
    parse_origin_request_policy,
)
from localfront.errors import ConfigError
from tests.localfront.factories import ALL, all_except, listed, listing

NONE = Selection()


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        pytest.param(NONE, set(), id="none"),
        pytest.param(ALL, {"a", "b"}, id="all"),
        pytest.param(listed("a"), {"a"}, id="list"),
        pytest.param(all_except("a"), {"b"}, id="all except"),
    ],
)
@pytest.mark.proves("CA-002")
def test_a_selection_matches_names_by_its_mode(selection: Selection, taken: set[str]) -> None:
    assert {name for name in ("a", "b") if selection.takes(name)} == taken


@pytest.mark.proves("CA-007")
def test_a_star_in_a_list_is_a_literal_character() -> None:
    assert not listed("session*").takes("session-id")
    assert listed("session*").takes("session*")


@pytest.mark.parametrize(
    ("cached", "requested", "sent"),
    [
        pytest.param(NONE, NONE, set(), id="nothing"),
        pytest.param(NONE, listed("a"), {"a"}, id="cache none gives the request's"),
        pytest.param(NONE, ALL, {"a", "b", "c"}, id="cache none, request all"),
        pytest.param(NONE, all_except("a"), {"b", "c"}, id="cache none, all except"),
        pytest.param(listed("a"), NONE, {"a"}, id="request none gives the cache's"),
        pytest.param(ALL, NONE, {"a", "b", "c"}, id="cache all, request none"),
        pytest.param(ALL, listed("a"), {"a", "b", "c"}, id="cache all, list"),
        pytest.param(ALL, all_except("a"), {"a", "b", "c"}, id="cache all, except"),
        pytest.param(listed("a"), listed("b"), {"a", "b"}, id="two lists: the union"),
        pytest.param(listed("a"), ALL, {"a", "b", "c"}, id="list, request all"),
    ],
)
@pytest.mark.proves("PO-001", "PO-002")
def test_the_two_policies_are_combined(
    cached: Selection, requested: Selection, sent: set[str]
) -> None:
    assert {n for n in "abc" if cached.joined(requested).takes(n)} == sent


@pytest.mark.parametrize(
    ("cached", "requested", "sent"),
    [
        pytest.param(listed("a"), all_except("a", "b"), {"a", "c"}, id="cache list beats block"),
        pytest.param(all_except("a", "b"), listed("a"), {"a", "c"}, id="request list beats block"),
        pytest.param(all_except("a"), all_except("b"), {"c"}, id="two block lists block both"),
    ],
)
@pytest.mark.proves("PO-003")
def test_two_block_lists_are_combined(
    cached: Selection, requested: Selection, sent: set[str]
) -> None:
    assert {n for n in "abc" if cached.joined(requested).takes(n)} == sent


SELECTIONS = st.builds(
    Selection, st.sampled_from(Mode), st.frozensets(st.sampled_from("abc"))
).filter(lambda s: bool(s.names) == (s.mode in (Mode.LISTED, Mode.ALL_EXCEPT)))


@given(SELECTIONS, SELECTIONS, st.sampled_from("abcd"))
@pytest.mark.proves("CA-003")
def test_values_in_the_cache_key_are_forwarded_whatever_the_origin_request_policy(
    cached: Selection, requested: Selection, name: str
) -> None:
    blocked_by_both = cached.mode is requested.mode is Mode.ALL_EXCEPT and name in requested.names
    if cached.takes(name) and not blocked_by_both:
        assert cached.joined(requested).takes(name)


def test_a_cache_policy_is_read_from_the_api() -> None:
    policy = parse_cache_policy(
        "p1",
        {
            "Name": "mine",
            "MinTTL": 5,
            "DefaultTTL": 60,
            "MaxTTL": 600,
            "ParametersInCacheKeyAndForwardedToOrigin": {
                "EnableAcceptEncodingGzip": True,
                "EnableAcceptEncodingBrotli": False,
                "HeadersConfig": {
                    "HeaderBehavior": "whitelist",
                    "Headers": listing("X-Tenant", "Origin"),
                },
                "CookiesConfig": {
                    "CookieBehavior": "allExcept",
                    "Cookies": listing("Tracking"),
                },
                "QueryStringsConfig": {"QueryStringBehavior": "all"},
            },
        },
    )

    assert (policy.min_ttl, policy.default_ttl, policy.max_ttl) == (5, 60, 600)
    assert (policy.gzip, policy.brotli) == (True, False)
    assert policy.headers == listed("x-tenant", "origin")
    assert policy.cookies == all_except("Tracking")
    assert policy.query_strings == ALL


@pytest.mark.proves("CA-019")
def test_a_cache_policy_without_ttls_has_the_documented_defaults() -> None:
    policy = parse_cache_policy("p1", {"Name": "mine", "MinTTL": 0})

    assert (policy.default_ttl, policy.max_ttl) == (86_400, 31_536_000)
    assert policy.headers == policy.cookies == policy.query_strings == NONE


@pytest.mark.parametrize(
    ("behavior", "names", "headers"),
    [
        pytest.param("none", [], NONE, id="none"),
        pytest.param("allViewer", [], ALL, id="allViewer"),
        pytest.param("whitelist", ["Referer"], listed("referer"), id="whitelist"),
        pytest.param("allExcept", ["Host"], all_except("host"), id="allExcept"),
        pytest.param(
            "allViewerAndWhitelistCloudFront",
            ["CloudFront-Viewer-Country"],
            ALL,
            id="allViewerAndWhitelistCloudFront",
        ),
    ],
)
@pytest.mark.proves("PO-004")
def test_an_origin_request_policy_has_five_header_behaviors(
    behavior: str, names: list[str], headers: Selection
) -> None:
    policy = parse_origin_request_policy(
        "p1",
        {"HeadersConfig": {"HeaderBehavior": behavior, "Headers": listing(*names)}},
    )

    assert policy.headers == headers


@pytest.mark.proves("PO-004")
def test_the_cloudfront_headers_in_a_policy_are_separated_from_the_others() -> None:
    headers = listing("CloudFront-Viewer-Address", "Referer")
    policy = parse_origin_request_policy(
        "p1", {"HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": headers}}
    )

    assert policy.cloudfront_headers == {"cloudfront-viewer-address"}


def test_an_unknown_header_behavior_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match=r"p1: HeadersConfig.HeaderBehavior 'some' is none of"):
        parse_origin_request_policy("p1", {"HeadersConfig": {"HeaderBehavior": "some"}})


@pytest.mark.proves("OR-009")
def test_an_origin_request_policy_cannot_name_authorization() -> None:
    with pytest.raises(ConfigError, match=r"Authorization.*cache policy"):
        parse_origin_request_policy(
            "p1",
            {
                "HeadersConfig": {
                    "HeaderBehavior": "whitelist",
                    "Headers": listing("Authorization"),
                }
            },
        )


@pytest.mark.parametrize("part", [None, {}, {"Quantity": 0}, {"Items": None}])
def test_an_empty_list_of_the_api_has_no_items(part: dict[str, object] | None) -> None:
    assert items(part) == []


def cache_policy(**parameters: Any) -> CachePolicy:
    return parse_cache_policy(
        "p1", {"MinTTL": 0, "ParametersInCacheKeyAndForwardedToOrigin": parameters}
    )


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([f"c{number}" for number in range(11)], id="number"),
        pytest.param([f"{n}" * 110 for n in range(10)], id="characters"),
    ],
)
@pytest.mark.proves("PO-019")
def test_a_policy_has_at_most_ten_names_of_a_kind_and_1024_characters(names: list[str]) -> None:
    cookies = {"CookieBehavior": "whitelist", "Cookies": listing(*names)}

    with pytest.raises(ConfigError, match=r"CookiesConfig\.Cookies .*PO-019"):
        cache_policy(CookiesConfig=cookies)
    with pytest.raises(ConfigError, match=r"CookiesConfig\.Cookies .*PO-019"):
        parse_origin_request_policy("p1", {"CookiesConfig": cookies})


@pytest.mark.parametrize(
    "name",
    ["CloudFront-Viewer-Address", "cloudfront-viewer-asn", "CloudFront-Viewer-TLS"]
    + [f"CloudFront-Viewer-{kind}-Fingerprint" for kind in ("JA3", "JA4")],
)
@pytest.mark.proves("OR-019")
def test_a_cache_policy_cannot_include_headers_unique_to_each_viewer(name: str) -> None:
    headers = {"HeaderBehavior": "whitelist", "Headers": listing("Accept", name)}

    with pytest.raises(ConfigError, match=r"OR-019.*origin request policy"):
        cache_policy(HeadersConfig=headers)


def test_names_are_ignored_if_the_mode_takes_no_list() -> None:
    policy = cache_policy(HeadersConfig={"HeaderBehavior": "none", "Headers": listing("X-Tenant")})

    assert policy.headers == NONE


@pytest.mark.parametrize(
    "times",
    [
        {"MinTTL": 5, "DefaultTTL": 4, "MaxTTL": 10},
        {"MinTTL": 0, "DefaultTTL": 11, "MaxTTL": 10},
        {"MinTTL": -1},
        {"MinTTL": "0"},
    ],
)
def test_a_cache_policys_ttls_must_be_in_ascending_order(times: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="TTL"):
        parse_cache_policy("p1", times)


def test_a_minimum_ttl_above_a_day_raises_the_default_ttl() -> None:
    policy = parse_cache_policy("p1", {"MinTTL": 100_000})

    assert (policy.default_ttl, policy.max_ttl) == (100_000, 31_536_000)
