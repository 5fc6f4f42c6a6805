from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.cache.freshness import (
    cache_control,
    http_date,
    origin_ttl,
    response_ttl,
)
from localfront.config.managed_policies import CACHING_DISABLED, CACHING_OPTIMIZED
from localfront.config.policies import CachePolicy
from localfront.http_messages.messages import Headers
from tests.localfront.cache.origin_times import NOW, SILENT, control, expires_in
from tests.localfront.factories import a_cache_policy, a_response


def ttl(headers: list[tuple[str, str]], *, status: int = 200, **policy: int) -> int:
    """The TTL of a response, by default with MinTTL 0, DefaultTTL 100 and MaxTTL 1000."""
    bounds = {"min_ttl": 0, "default_ttl": 100, "max_ttl": 1000, **policy}
    return response_ttl(
        a_response(status, headers=headers), a_cache_policy(**bounds), now=NOW
    ).seconds


@pytest.mark.parametrize(
    ("headers", "min_ttl", "seconds"),
    [
        pytest.param(
            control("max-age=50"), 0, 50,
            id="max-age", marks=pytest.mark.proves("CA-010"),
        ),
        pytest.param(
            control("max-age=5000"), 0, 1000,
            id="max-age above the maximum", marks=pytest.mark.proves("CA-010"),
        ),
        pytest.param(
            control("max-age=0"), 0, 0,
            id="max-age=0", marks=pytest.mark.proves("CA-010"),
        ),
        pytest.param(
            control("max-age=5"), 10, 10,
            id="max-age below the minimum", marks=pytest.mark.proves("CA-011"),
        ),
        pytest.param(
            control("max-age=50"), 10, 50,
            id="max-age between the bounds", marks=pytest.mark.proves("CA-011"),
        ),
        pytest.param(
            control("max-age=5000"), 10, 1000,
            id="max-age above both", marks=pytest.mark.proves("CA-011"),
        ),
        pytest.param(
            control("max-age=0, s-maxage=60"), 0, 60,
            id="s-maxage wins over max-age", marks=pytest.mark.proves("CA-012"),
        ),
        pytest.param(
            control("s-maxage=0, max-age=60"), 0, 0,
            id="s-maxage wins with 0 too", marks=pytest.mark.proves("CA-012"),
        ),
        pytest.param(
            SILENT, 0, 100,
            id="silence gives the default", marks=pytest.mark.proves("CA-013"),
        ),
        pytest.param(
            control("public"), 0, 100,
            id="public says no time", marks=pytest.mark.proves("CA-013"),
        ),
        pytest.param(
            SILENT, 500, 500,
            id="silence, minimum above the default",
            marks=pytest.mark.proves("CA-013"),
        ),
        pytest.param(
            expires_in(70), 0, 70,
            id="Expires", marks=pytest.mark.proves("CA-014"),
        ),
        pytest.param(
            expires_in(5000), 0, 1000,
            id="Expires above the maximum", marks=pytest.mark.proves("CA-014"),
        ),
        pytest.param(
            expires_in(5), 10, 10,
            id="Expires below the minimum", marks=pytest.mark.proves("CA-014"),
        ),
        pytest.param(
            expires_in(-70), 0, 0,
            id="Expires in the past", marks=pytest.mark.proves("CA-014"),
        ),
        pytest.param(
            [*control("max-age=20"), *expires_in(70)], 0, 20,
            id="max-age beside Expires", marks=pytest.mark.proves("CA-014"),
        ),
    ],
)  # fmt: skip
def test_a_response_is_cached_for_this_time(
    headers: list[tuple[str, str]], min_ttl: int, seconds: int
) -> None:
    assert ttl(headers, min_ttl=min_ttl) == seconds


@pytest.mark.parametrize("directive", ["no-cache", "no-store", "private", "No-Store"])
@pytest.mark.proves("CA-015")
def test_a_response_that_the_origin_forbids_to_reuse_is_not_reused(directive: str) -> None:
    assert ttl(control(f"{directive}, max-age=50")) == 0


@pytest.mark.parametrize("directive", ["no-cache", "no-store", "private"])
@pytest.mark.proves("CA-016")
def test_a_minimum_ttl_caches_it_anyway(directive: str) -> None:
    response = a_response(headers=control(directive))

    assert ttl(control(f"{directive}, max-age=50"), min_ttl=7) == 7
    assert response_ttl(response, CACHING_OPTIMIZED, now=NOW).seconds == 1


@pytest.mark.proves("CA-018", "PO-005")
def test_with_all_ttls_zero_nothing_is_cached() -> None:
    response = a_response(headers=control("max-age=50"))

    assert response_ttl(response, CACHING_DISABLED, now=NOW).seconds == 0


@pytest.mark.proves("CA-019")
def test_the_maximum_ttl_applies_only_to_an_origins_own_ttl() -> None:
    assert ttl(SILENT, default_ttl=100, max_ttl=50) == 100
    assert ttl(control("max-age=100"), default_ttl=100, max_ttl=50) == 50


@pytest.mark.parametrize("status", [301, 302, 303, 200, 204])
@pytest.mark.proves("CA-030")
def test_redirects_are_cached_by_the_same_rules(status: int) -> None:
    assert ttl(SILENT, status=status) == 100


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.proves("CA-030")
def test_temporary_redirects_are_cached_only_with_cache_control(status: int) -> None:
    assert ttl(SILENT, status=status) == 0
    assert ttl(expires_in(70), status=status) == 0
    assert ttl(control("max-age=50"), status=status) == 50


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("max-age=soon", id="a word"),
        pytest.param("max-age=", id="nothing"),
        pytest.param("max-age=-5", id="a negative number"),
        pytest.param("max-age=1.5", id="a fraction"),
        pytest.param("max-age=\u0661", id="another script's digit"),
    ],
)
def test_a_malformed_max_age_counts_as_expired(value: str) -> None:
    assert ttl(control(value)) == 0


def test_a_max_age_of_thousands_of_digits_is_accepted() -> None:
    assert ttl(control("max-age=" + "9" * 5000)) == 1000


@pytest.mark.parametrize(
    "date",
    [
        "0",
        "-1",
        "never",
        "",
        "Mon, 01 Jan 99999999999 00:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +9999",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999",
    ],
)
def test_a_malformed_expires_counts_as_expired(date: str) -> None:
    assert ttl([("Expires", date)]) == 0


@pytest.mark.parametrize(
    ("value", "directives"),
    [
        pytest.param("Max-Age=5, PUBLIC", {"max-age": "5", "public": ""}, id="case"),
        pytest.param('max-age="5"', {"max-age": "5"}, id="quotes"),
        pytest.param(" , max-age=5,,", {"max-age": "5"}, id="empty parts"),
        pytest.param(
            'no-cache="Set-Cookie", max-age=5',
            {"max-age": "5"},
            id="restricted to a field",
        ),
        pytest.param(
            'private="Set-Cookie, no-store", max-age=5',
            {"max-age": "5"},
            id="restricted to several fields",
        ),
    ],
)
def test_cache_control_directives_are_parsed(value: str, directives: dict[str, str]) -> None:
    assert cache_control(Headers.of(control(value))) == directives


def test_several_cache_control_lines_are_combined() -> None:
    headers = Headers.of([*control("public"), *control("max-age=5")])

    assert cache_control(headers) == {"public": "", "max-age": "5"}


ORIGIN_HEADERS = st.lists(
    st.one_of(
        st.tuples(
            st.just("Cache-Control"),
            st.one_of(
                st.builds(
                    "{}={}".format,
                    st.sampled_from(["max-age", "s-maxage"]),
                    st.integers(-10, 10**12),
                ),
                st.sampled_from(["no-store", "no-cache", "private", "public"]),
                st.text(max_size=12),
            ),
        ),
        st.tuples(
            st.just("Expires"),
            st.one_of(st.integers(0, 4 * 10**9).map(http_date), st.text(max_size=12)),
        ),
    ),
    max_size=4,
)
POLICIES = st.lists(st.integers(0, 1000), min_size=3, max_size=3).map(
    lambda times: a_cache_policy(
        min_ttl=sorted(times)[0],
        default_ttl=sorted(times)[1],
        max_ttl=sorted(times)[2],
    )
)


@given(ORIGIN_HEADERS, POLICIES)
@pytest.mark.proves("CA-010", "CA-011")
def test_the_policys_ttl_bounds_hold_for_any_origin_headers(
    headers: list[tuple[str, str]], policy: CachePolicy
) -> None:
    seconds = response_ttl(a_response(headers=headers), policy, now=NOW).seconds

    assert policy.min_ttl <= seconds <= policy.max_ttl


@given(st.integers(0, 253_402_300_799))
def test_a_formatted_date_parses_to_the_same_time(seconds: int) -> None:
    assert parsedate_to_datetime(http_date(seconds)).timestamp() == seconds


@given(st.integers(0, 10**9), st.integers(0, 10**9))
@pytest.mark.proves("CA-012")
def test_s_maxage_overrides_max_age_for_all_values(shared: int, own: int) -> None:
    headers = Headers.of(control(f"max-age={own}, s-maxage={shared}"))

    found = origin_ttl(headers, now=NOW)
    assert found is not None
    assert found.seconds == shared
