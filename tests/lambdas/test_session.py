import pytest

from tests.lambdas.ship import Ship


def test_a_live_session_has_its_user_and_expiry(ship: Ship) -> None:
    cookie = ship.board("kirk", "KHAAAN!!!")

    response = ship.ask("GET", "/api/session", cookie=cookie)

    assert response.status == 200
    assert response.json == {
        "userName": "kirk",
        "expiresAt": "2026-11-23T12:01:00Z",
        "endsAt": "2026-11-23T12:01:00Z",
    }


def test_an_expired_session_is_refused_even_if_its_item_still_exists(
    ship: Ship,
) -> None:
    cookie = ship.board()

    ship.clock.advance(60)
    response = ship.ask("GET", "/api/session", cookie=cookie)

    assert ship.items("sessions") != []
    assert (response.status, response.error_code) == (401, "not_signed_in")


@pytest.mark.parametrize(
    "cookie",
    [
        pytest.param(None, id="no cookie"),
        pytest.param("__Host-session-id=", id="empty"),
        pytest.param(f"__Host-session-id={'A' * 43}", id="forged"),
        pytest.param("__Host-session-id=" + "A" * 8000, id="huge"),
        pytest.param("; =;;__Host-session-id;\x00=é", id="malformed"),
    ],
)
def test_without_a_session_the_visitor_is_not_signed_in(ship: Ship, cookie: str | None) -> None:
    response = ship.ask("GET", "/api/session", cookie=cookie)

    assert (response.status, response.error_code) == (401, "not_signed_in")


def test_sessions_of_different_users_authenticate_neither(ship: Ship) -> None:
    ours, anothers = ship.board(), ship.board("kirk", "KHAAAN!!!")

    for both in (f"{anothers}; {ours}", f"{ours}; {anothers}"):
        response = ship.ask("GET", "/api/session", cookie=both)
        assert (response.status, response.error_code) == (401, "not_signed_in")


def test_of_two_sessions_of_one_user_the_longer_one_is_used(ship: Ship) -> None:
    first = ship.board()
    ship.clock.advance(10)
    second = ship.log_in("picard", "makeitso").cookie

    for both in (f"{first}; {second}", f"{second}; {first}"):
        response = ship.ask("GET", "/api/session", cookie=both)
        assert response.json["expiresAt"] == "2026-11-23T12:01:10Z"


@pytest.mark.parametrize("ttl", ["253402300800", "9" * 30])
def test_a_session_beyond_the_year_9999_is_refused_like_any_other(ship: Ship, ttl: str) -> None:
    """This used to be a 500 here, and gave access to the home page at the edge."""
    cookie = ship.board()
    ship.set_ttl(cookie, ttl)

    response = ship.ask("GET", "/api/session", cookie=cookie)

    assert (response.status, response.error_code) == (401, "not_signed_in")


def test_a_cookie_set_by_a_sibling_domain_does_not_lock_out(ship: Ship) -> None:
    cookie = ship.board()
    planted = f"__Host-session-id={'A' * 43}"

    for both in (f"{planted}; {cookie}", f"{cookie}; {planted}"):
        assert ship.ask("GET", "/api/session", cookie=both).status == 200
