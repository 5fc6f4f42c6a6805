from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.cache.selections import (
    accept_encoding,
    parse_cookies,
    take_cookies,
    take_query_strings,
)
from localfront.config.policies import Selection
from localfront.http_messages.messages import Headers
from tests.localfront.factories import (
    ALL,
    a_cache_policy,
    a_request,
    all_except,
    listed,
)

NONE = Selection()


def cookies(*lines: str) -> Headers:
    return Headers.of(("Cookie", line) for line in lines)


def normalise(headers: Headers, gzip: bool, brotli: bool) -> str:
    request = a_request(headers=headers)
    return accept_encoding(request, a_cache_policy(gzip=gzip, brotli=brotli))


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        pytest.param(NONE, "", id="none"),
        pytest.param(ALL, "b=2&a=1&B=3&a=0", id="all"),
        pytest.param(listed("a"), "a=1&a=0", id="a name that comes twice"),
        pytest.param(listed("a", "b"), "b=2&a=1&a=0", id="in the viewer's order"),
        pytest.param(all_except("a"), "b=2&B=3", id="all except"),
    ],
)
@pytest.mark.proves("CA-002", "CA-006")
def test_selected_query_strings_have_the_viewers_order_and_case(
    selection: Selection, taken: str
) -> None:
    assert take_query_strings("b=2&a=1&B=3&a=0", selection) == taken


@pytest.mark.parametrize(
    ("querystring", "taken"),
    [
        pytest.param("a=1;x=2&b=3", "a=1;x=2", id="a semicolon is part of the value"),
        pytest.param("a=%20+%2B&b", "a=%20+%2B", id="nothing is decoded"),
        pytest.param("a&b", "a", id="a name without a value"),
        pytest.param("a=&b", "a=", id="an empty value"),
        pytest.param("a=1=2", "a=1=2", id="an equals sign in the value"),
        pytest.param("%61=1", "", id="an encoded name is another name"),
        pytest.param("&&a=1&", "a=1", id="empty parts"),
    ],
)
@pytest.mark.proves("CA-006")
def test_a_query_string_parameter_is_selected_unchanged(querystring: str, taken: str) -> None:
    assert take_query_strings(querystring, listed("a")) == taken


QUERY_STRINGS = st.text(alphabet="ab=&;%+ \u00e9", max_size=20)


@given(QUERY_STRINGS)
@pytest.mark.proves("CA-006")
def test_all_query_strings_are_forwarded_byte_for_byte(querystring: str) -> None:
    assert take_query_strings(querystring, ALL) == querystring


@given(QUERY_STRINGS, st.frozensets(st.sampled_from(["a", "b", "ab", "%"])))
@pytest.mark.proves("CA-006")
def test_listed_and_excepted_parameters_are_complementary(
    querystring: str, names: frozenset[str]
) -> None:
    whole = [part for part in querystring.split("&") if part]
    kept = take_query_strings(querystring, listed(*names))
    dropped = take_query_strings(querystring, all_except(*names))

    assert [p for p in whole if p.partition("=")[0] in names] == _parts(kept)
    assert [p for p in whole if p.partition("=")[0] not in names] == _parts(dropped)


def _parts(querystring: str) -> list[str]:
    return querystring.split("&") if querystring else []


@pytest.mark.parametrize(
    ("line", "pairs"),
    [
        pytest.param("a=1; b=2", [("a", "1"), ("b", "2")], id="two"),
        pytest.param("a=1;b=2", [("a", "1"), ("b", "2")], id="no space between"),
        pytest.param("a=1=2==", [("a", "1=2==")], id="equals signs in the value"),
        pytest.param('a="1 2"', [("a", '"1 2"')], id="quotes are kept"),
        pytest.param("a=", [("a", "")], id="an empty value"),
        pytest.param("a; =1; ;b=2", [("b", "2")], id="what is no pair"),
        pytest.param("$Version=1; a=1", [("a", "1")], id="names with a dollar"),
        pytest.param("a=\u00a01\u00a0", [("a", "\u00a01\u00a0")], id="other spaces"),
    ],
)
@pytest.mark.proves("CA-009")
def test_well_formed_cookies_are_parsed(line: str, pairs: list[tuple[str, str]]) -> None:
    assert parse_cookies(cookies(line)) == pairs


def test_cookies_of_several_lines_are_combined() -> None:
    assert parse_cookies(cookies("b=1", "a=2")) == [("b", "1"), ("a", "2")]


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        pytest.param(NONE, "", id="none"),
        pytest.param(ALL, "A=4; a=1; a=3; b=2", id="all, sorted by name"),
        pytest.param(listed("a"), "a=1; a=3", id="list, with case"),
        pytest.param(all_except("a"), "A=4; b=2", id="all except"),
    ],
)
@pytest.mark.proves("CA-002", "CA-009")
def test_selected_cookies_are_sorted_by_name(selection: Selection, taken: str) -> None:
    assert take_cookies(cookies("b=2; a=1", "a=3; A=4"), selection) == taken


COOKIE_NAMES = st.text(alphabet="abAB-_", min_size=1, max_size=3)
COOKIE_VALUES = st.text(alphabet='ab=%,"\u00e9 ', max_size=6).map(str.strip)


@given(st.lists(st.tuples(COOKIE_NAMES, COOKIE_VALUES), max_size=6))
@pytest.mark.proves("CA-009")
def test_selected_cookie_values_are_unchanged_and_in_a_stable_order(
    pairs: list[tuple[str, str]],
) -> None:
    line = "; ".join(f"{name}={value}" for name, value in pairs)

    taken = take_cookies(cookies(line), ALL)

    assert parse_cookies(cookies(taken)) == sorted(pairs, key=lambda pair: pair[0])
    assert take_cookies(cookies(taken), ALL) == taken


@given(st.text(max_size=40))
def test_any_cookie_header_can_be_parsed(line: str) -> None:
    for name, _ in parse_cookies(cookies(line)):
        assert name
        assert ";" not in name


@pytest.mark.parametrize(
    ("sent", "gzip", "brotli", "normalised"),
    [
        pytest.param("gzip, deflate, br", True, True, "br,gzip", id="a browser's"),
        pytest.param("gzip", True, True, "gzip", id="gzip alone"),
        pytest.param("br", True, True, "br", id="brotli alone"),
        pytest.param("gzip, br", True, False, "gzip", id="brotli switched off"),
        pytest.param("gzip, br", False, True, "br", id="gzip switched off"),
        pytest.param("gzip, br", False, False, "", id="both switched off"),
        pytest.param("deflate, zstd", True, True, "", id="neither"),
        pytest.param("GZip;q=0.5 , BR", True, True, "br,gzip", id="letter case"),
        pytest.param("gzip;q=0, br; q=0.000", True, True, "", id="refused"),
        pytest.param("gzip;Q=0", True, True, "", id="refused in capitals"),
        pytest.param("gzip; q = 0", True, True, "", id="refused with spaces"),
        pytest.param("gzip;q=0.001", True, True, "gzip", id="hardly wanted"),
        pytest.param("x-gzip", True, True, "", id="another coding"),
    ],
)
@pytest.mark.proves("CM-007")
def test_accept_encoding_is_normalised(
    sent: str, gzip: bool, brotli: bool, normalised: str
) -> None:
    headers = Headers.of([("Accept-Encoding", sent)])

    assert normalise(headers, gzip, brotli) == normalised


@given(
    st.lists(st.text(alphabet="gzipbr,;q=0.1 *", max_size=30), max_size=3),
    st.booleans(),
    st.booleans(),
)
@pytest.mark.proves("CM-007")
def test_accept_encoding_is_normalised_to_one_of_four_values(
    lines: list[str], gzip: bool, brotli: bool
) -> None:
    headers = Headers.of(("Accept-Encoding", line) for line in lines)
    possible = {"", "gzip" if gzip else "", "br" if brotli else ""}
    possible |= {"br,gzip"} if gzip and brotli else set()

    normalised = normalise(headers, gzip, brotli)

    assert normalised in possible
    again = Headers.of([("Accept-Encoding", normalised)])
    assert normalise(again, gzip, brotli) == normalised
