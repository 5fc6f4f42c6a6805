import pytest

from tests.lambdas.ship import Ship

CLEARED = "session-id=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict"


def test_the_old_session_is_worthless_after_logout(ship: Ship) -> None:
    cookie = ship.board()

    answer = ship.ask("POST", "/api/logout", cookie=cookie)

    assert (answer.status, answer.body) == (204, "")
    assert answer.headers["Set-Cookie"] == CLEARED
    assert ship.items("sessions") == []
    assert ship.ask("GET", "/api/session", cookie=cookie).status == 401


@pytest.mark.parametrize(
    "cookie", [None, "session-id=gone", f"session-id={'A' * 43}", ";;=;"]
)
def test_logout_without_a_session_is_fine(ship: Ship, cookie: str | None) -> None:
    answer = ship.ask("POST", "/api/logout", cookie=cookie)

    assert answer.status == 204
    assert answer.headers["Set-Cookie"] == CLEARED


def test_logout_ends_only_the_callers_session(ship: Ship) -> None:
    here = ship.board()
    elsewhere = ship.log_in("picard", "makeitso").cookie

    ship.ask("POST", "/api/logout", cookie=here)

    assert ship.ask("GET", "/api/session", cookie=elsewhere).status == 200


def test_a_link_cannot_log_out(ship: Ship) -> None:
    cookie = ship.board()

    answer = ship.ask("GET", "/api/logout", cookie=cookie)

    assert answer.status == 405
    assert ship.ask("GET", "/api/session", cookie=cookie).status == 200


def test_logout_ends_every_session_that_the_browser_presents(ship: Ship) -> None:
    both = [ship.board(), ship.log_in("picard", "makeitso").cookie]

    ship.ask("POST", "/api/logout", cookie="; ".join(both))

    assert ship.items("sessions") == []
