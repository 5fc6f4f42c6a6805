from __future__ import annotations

import pytest

from localfront.routing.distributions import Distributions, host_name
from tests.localfront.factories import a_distribution

LOGS = a_distribution(id="E1", domain_name="d1.cloudfront.net", aliases=("logs.example.com",))
SHOP = a_distribution(id="E2", domain_name="d2.cloudfront.net", aliases=("shop.example.com",))
ANY = a_distribution(id="E3", domain_name="d3.cloudfront.net", aliases=("*.example.com",))


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("logs.example.com", id="alias"),
        pytest.param("LOGS.Example.COM", id="letter case does not count"),
        pytest.param("logs.example.com:8443", id="nor does the port"),
        pytest.param("d1.cloudfront.net", id="generated name"),
        pytest.param("e1.cloudfront.localhost:8080", id="local name"),
    ],
)
@pytest.mark.proves("HO-001", "HO-003")
def test_the_host_header_chooses_the_distribution(host: str) -> None:
    assert Distributions([SHOP, LOGS]).for_host(host) is LOGS


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("nobody.example.com", id="unknown name"),
        pytest.param("example.com", id="parent domain"),
        pytest.param("logs.example.com.evil.test", id="name as a prefix"),
        pytest.param("evil-logs.example.com", id="name as a suffix"),
        pytest.param("", id="no host"),
        pytest.param("192.0.2.1", id="address"),
        pytest.param("d1.cloudfront.net.", id="trailing dot"),
    ],
)
@pytest.mark.proves("HO-002")
def test_an_unknown_host_belongs_to_no_distribution(host: str) -> None:
    assert Distributions([LOGS, SHOP]).for_host(host) is None


@pytest.mark.parametrize("host", ["a.example.com", "b.a.example.com"])
@pytest.mark.proves("HO-005")
def test_the_star_of_a_wildcard_alias_matches_one_or_more_labels(host: str) -> None:
    assert Distributions([ANY]).for_host(host) is ANY


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("example.com", id="no label"),
        pytest.param(".example.com", id="an empty label"),
        pytest.param("aexample.com", id="no dot"),
        pytest.param("a.example.com.evil.test", id="as a prefix"),
        pytest.param("evil.test/.example.com", id="a slash"),
        pytest.param("evil.test?.example.com", id="a question mark"),
        pytest.param("evil.test#.example.com", id="a fragment"),
        pytest.param("evil.test\\.example.com", id="a backslash"),
        pytest.param("user@evil.test@.example.com", id="user information"),
        pytest.param("a..example.com", id="an empty label within"),
    ],
)
@pytest.mark.proves("HO-005")
def test_a_wildcard_alias_matches_only_whole_labels(host: str) -> None:
    assert Distributions([ANY]).for_host(host) is None


@pytest.mark.parametrize(
    ("alias", "host"),
    [
        pytest.param("*x.example.com", "ax.example.com", id="within a label"),
        pytest.param("a.*.example.com", "a.b.example.com", id="not in front"),
    ],
)
@pytest.mark.proves("HO-005")
def test_a_star_in_any_other_position_matches_nothing(alias: str, host: str) -> None:
    odd = a_distribution(id="E6", aliases=(alias,))

    assert Distributions([odd]).for_host(host) is None


@pytest.mark.proves("HO-006")
def test_an_exact_alias_takes_precedence_over_a_wildcard() -> None:
    assert Distributions([ANY, LOGS]).for_host("logs.example.com") is LOGS


@pytest.mark.proves("HO-006")
def test_the_more_specific_wildcard_takes_precedence() -> None:
    narrow = a_distribution(id="E4", aliases=("*.eu.example.com",))

    assert Distributions([ANY, narrow]).for_host("a.eu.example.com") is narrow
    assert Distributions([ANY, narrow]).for_host("a.us.example.com") is ANY


@pytest.mark.proves("HO-010")
def test_a_disabled_distribution_accepts_no_requests() -> None:
    disabled = a_distribution(enabled=False)

    assert Distributions([disabled]).for_host("logs.example.com") is None


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:8443"])
def test_localhost_selects_the_only_distribution(host: str) -> None:
    assert Distributions([LOGS]).for_host(host) is LOGS
    assert Distributions([LOGS, SHOP]).for_host(host) is None
    assert Distributions([]).for_host(host) is None


def test_disabled_distributions_do_not_make_localhost_ambiguous() -> None:
    disabled = a_distribution(id="E5", enabled=False)

    assert Distributions([disabled, LOGS]).for_host("localhost") is LOGS


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("A.Example.com", "a.example.com"),
        ("a.example.com:8443", "a.example.com"),
        ("[::1]", "[::1]"),
        ("[::1]:80", "[::1]"),
        (" a.example.com ", "a.example.com"),
        ("", ""),
    ],
)
def test_a_host_name_is_compared_without_port_and_case(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.proves("MI-005")
def test_a_staging_distribution_is_reachable_only_by_its_id() -> None:
    staging = a_distribution(
        id="E9", domain_name="d9.cloudfront.net", aliases=("logs.example.com",), is_staging=True
    )
    distributions = Distributions([staging, LOGS])

    assert distributions.for_host("e9.cloudfront.localhost") is staging
    assert distributions.for_host("logs.example.com") is LOGS
    assert distributions.for_host("d9.cloudfront.net") is None
    assert distributions.for_host("localhost") is LOGS
    assert Distributions([staging]).for_host("localhost") is staging
