import pytest

from tests.lambdas.ship import Ship

CLEARED = tuple(
    f"{name}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict"
    for name in ("__Host-session-id", "session-id")
)


def test_the_old_session_is_invalid_after_logout(ship: Ship) -> None:
    cookie = ship.board()

    response = ship.ask("POST", "/api/logout", cookie=cookie)

    assert (response.status, response.body) == (204, "")
    assert response.cookies == CLEARED
    assert ship.items("sessions") == []
    assert ship.ask("GET", "/api/session", cookie=cookie).status == 401


@pytest.mark.parametrize(
    "cookie",
    ["__Host-session-id=gone", f"__Host-session-id={'A' * 43}", "session-id=former"],
)
def test_an_invalid_cookie_is_cleared(ship: Ship, cookie: str) -> None:
    response = ship.ask("POST", "/api/logout", cookie=cookie)

    assert response.status == 204
    assert response.cookies == CLEARED


@pytest.mark.parametrize("cookie", [None, ";;=;", "theme=dark", "__Host-session-id="])
def test_a_logout_without_a_session_clears_no_cookie(ship: Ship, cookie: str | None) -> None:
    """For a cross-site form the browser does not send the Strict cookie, but obeys Set-Cookie."""
    response = ship.ask("POST", "/api/logout", cookie=cookie)

    assert response.status == 204
    assert response.cookies == ()


@pytest.mark.parametrize("site", ["cross-site", "same-site", "Same-Origin"])
def test_another_sites_page_cannot_log_a_user_out(ship: Ship, site: str) -> None:
    """A sibling subdomain is the same site: its form sends the Strict cookie."""
    cookie = ship.board()

    response = ship.ask("POST", "/api/logout", cookie=cookie, headers={"Sec-Fetch-Site": site})

    assert (response.status, response.cookies) == (400, ())
    assert ship.ask("GET", "/api/session", cookie=cookie).status == 200


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_same_origin_pages_and_direct_requests_may_log_out(ship: Ship, site: str) -> None:
    cookie = ship.board()

    response = ship.ask("POST", "/api/logout", cookie=cookie, headers={"Sec-Fetch-Site": site})

    assert (response.status, response.cookies) == (204, CLEARED)


def test_logout_ends_only_the_callers_session(ship: Ship) -> None:
    here = ship.board()
    elsewhere = ship.log_in("picard", "makeitso").cookie

    ship.ask("POST", "/api/logout", cookie=here)

    assert ship.ask("GET", "/api/session", cookie=elsewhere).status == 200


def test_a_get_request_cannot_log_out(ship: Ship) -> None:
    cookie = ship.board()

    response = ship.ask("GET", "/api/logout", cookie=cookie)

    assert response.status == 405
    assert ship.ask("GET", "/api/session", cookie=cookie).status == 200


def test_logout_ends_every_session_that_the_browser_presents(ship: Ship) -> None:
    both = [ship.board(), ship.log_in("picard", "makeitso").cookie]

    ship.ask("POST", "/api/logout", cookie="; ".join(both))

    assert ship.items("sessions") == []


def test_logging_out_everywhere_ends_only_the_users_own_sessions(ship: Ship) -> None:
    here, elsewhere = ship.board(), ship.log_in("picard", "makeitso").cookie
    kirks = ship.board("kirk", "KHAAAN!!!")

    response = ship.ask("POST", "/api/logout", cookie=here, query={"everywhere": "true"})

    assert (response.status, response.cookies) == (204, CLEARED)
    for ended in (here, elsewhere):
        assert ship.ask("GET", "/api/session", cookie=ended).status == 401
    assert ship.ask("GET", "/api/session", cookie=kirks).status == 200


@pytest.mark.parametrize("cookie", [None, f"__Host-session-id={'A' * 43}"])
def test_logging_out_without_a_session_ends_none(ship: Ship, cookie: str | None) -> None:
    picards = ship.board()

    response = ship.ask("POST", "/api/logout", cookie=cookie, query={"everywhere": "true"})

    assert (response.status, response.error_code) == (401, "not_signed_in")
    assert ship.ask("GET", "/api/session", cookie=picards).status == 200


def test_another_parameter_is_refused_and_ends_nothing(ship: Ship) -> None:
    cookie = ship.board()

    response = ship.ask("POST", "/api/logout", cookie=cookie, query={"everywhere": "yes"})

    assert response.status == 400
    assert ship.ask("GET", "/api/session", cookie=cookie).status == 200
