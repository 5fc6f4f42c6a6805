import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st
from session_cookies import (
    MOST_CANDIDATES,
    MOST_CHARACTERS,
    SESSION_ID,
    SessionCookies,
    session_cookies,
)

PICARD = "p" * 43
KIRK = "k" * 43
NOTHING = SessionCookies(present=False, ids=())
session_ids = st.text(
    alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-",
    min_size=43,
    max_size=43,
)


def test_an_id_from_the_api_is_well_formed() -> None:
    assert SESSION_ID.fullmatch(secrets.token_urlsafe(32))


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([f"__Host-session-id={PICARD}"], id="alone"),
        pytest.param([f"theme=dark; __Host-session-id={PICARD}; lang=en"], id="among others"),
        pytest.param(["theme=dark", f"__Host-session-id={PICARD}"], id="in a second header"),
        pytest.param([f"theme=dark;__Host-session-id={PICARD}"], id="no space after semicolon"),
        pytest.param([f"  __Host-session-id = {PICARD}\t; a=b"], id="spaces around"),
        pytest.param([f"; ;=; novalue; __Host-session-id={PICARD};"], id="odd neighbours"),
        pytest.param([f"a=b=c; __Host-session-id={PICARD}"], id="equals sign in a neighbour"),
    ],
)
def test_a_session_id_is_found_in_the_cookie_header(headers: list[str]) -> None:
    assert session_cookies(headers) == SessionCookies(present=True, ids=(PICARD,))


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([], id="no header"),
        pytest.param([""], id="empty header"),
        pytest.param(["theme=dark"], id="another cookie"),
        pytest.param(["__Host-session-id="], id="no value, as after a log-out"),
        pytest.param(["__Host-session-id"], id="no equals sign"),
        pytest.param([f"__host-session-id={PICARD}"], id="another case"),
        pytest.param([f"x__Host-session-id={PICARD}"], id="longer name"),
        pytest.param([f"session-id={PICARD}"], id="the former name, open to neighbours"),
        pytest.param([f"theme=__Host-session-id={PICARD}"], id="inside another value"),
    ],
)
def test_a_header_without_a_session_cookie_has_no_id(headers: list[str]) -> None:
    assert session_cookies(headers) == NOTHING


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(PICARD[1:], id="too short"),
        pytest.param(PICARD + "p", id="too long"),
        pytest.param("p" * 20_000, id="huge"),
        pytest.param(f'"{PICARD}"', id="quoted"),
        pytest.param("p" * 42 + "=", id="padding"),
        pytest.param("p" * 42 + "é", id="not ASCII"),
        pytest.param("p" * 42 + "\n", id="line feed"),
        pytest.param("../" + "p" * 40, id="path"),
        pytest.param('{"S": "x"}', id="JSON"),
    ],
)
def test_a_malformed_cookie_is_present_but_has_no_id(value: str) -> None:
    cookies = session_cookies([f"__Host-session-id={value}"])

    assert cookies == SessionCookies(present=True, ids=())


def test_every_distinct_id_is_a_candidate_in_the_order_sent() -> None:
    header = f"__Host-session-id={KIRK}; __Host-session-id=junk; __Host-session-id={PICARD}; __Host-session-id={KIRK}"

    assert session_cookies([header]).ids == (KIRK, PICARD)


@given(st.lists(session_ids, max_size=12))
def test_there_are_never_more_candidates_than_the_bound(ids: list[str]) -> None:
    found = session_cookies(f"__Host-session-id={one}" for one in ids).ids

    assert found == tuple(dict.fromkeys(ids))[:MOST_CANDIDATES]


@given(st.lists(st.text()))
def test_any_cookie_header_can_be_parsed(headers: list[str]) -> None:
    found = session_cookies(headers)

    assert all(SESSION_ID.fullmatch(one) for one in found.ids)
    assert found.present or not found.ids


def test_a_header_longer_than_cloudfronts_limit_is_not_parsed() -> None:
    padding = "x" * MOST_CHARACTERS

    assert session_cookies([f"a={padding}; __Host-session-id={PICARD}"]) == NOTHING
