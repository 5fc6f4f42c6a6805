"""Sessions are renewed by use, up to their absolute end."""

from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.sessions import Sessions
from tests.lambdas.ship import ENVIRONMENT, Ship

IDLE, ABSOLUTE = 1800, 4000


@pytest.fixture(autouse=True)
def lifetimes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENVIRONMENT, "SESSION_TTL_SECONDS", str(IDLE))
    monkeypatch.setitem(ENVIRONMENT, "SESSION_ABSOLUTE_SECONDS", str(ABSOLUTE))


@pytest.fixture
def writes(ship: Ship) -> Iterator[list[str]]:
    """The calls that change the sessions table, from here on."""
    seen: list[str] = []
    events = ship.dynamodb.meta.events
    events.register("before-call", lambda model, **_: seen.append(model.name), "spy")
    yield seen
    events.unregister("before-call", unique_id="spy")


def test_a_use_in_the_first_half_writes_nothing(ship: Ship, writes: list[str]) -> None:
    cookie = ship.board()
    ship.clock.advance(IDLE / 2 - 1)
    writes.clear()

    response = ship.ask("GET", "/api/session", cookie=cookie)

    assert writes == ["GetItem"]
    assert response.cookies == ()
    assert response.json["expiresAt"] == "2026-11-23T12:30:00Z"


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", "/api/session", {}),
        ("GET", "/api/logs", {}),
        ("POST", "/api/logs", {"body": '{"text": "Engage."}'}),
    ],
)
def test_any_use_in_the_second_half_renews_session_and_cookie(
    ship: Ship, method: str, path: str, more: dict[str, str]
) -> None:
    cookie = ship.board()
    ship.clock.advance(IDLE / 2)

    response = ship.ask(method, path, cookie=cookie, **more)

    assert response.status in {200, 201}
    [renewed] = response.cookies
    assert renewed == f"{cookie}; Path=/; Max-Age=1800; HttpOnly; Secure; SameSite=Strict"
    [item] = ship.items("sessions")
    assert int(item["ttl"]) - int(item["creationTime"]) == IDLE / 2 + IDLE


def test_a_session_ends_however_much_it_is_used(ship: Ship) -> None:
    cookie = ship.board()
    for _ in range(2):
        ship.clock.advance(1300)
        response = ship.ask("GET", "/api/session", cookie=cookie)
        assert response.status == 200
    assert response.json["expiresAt"] == response.json["endsAt"] == "2026-11-23T13:06:40Z"
    [last] = response.cookies
    assert "Max-Age=1400;" in last

    ship.clock.advance(1400)

    assert ship.ask("GET", "/api/session", cookie=cookie).status == 401


def test_a_session_at_its_maximum_lifetime_is_not_rewritten(ship: Ship, writes: list[str]) -> None:
    cookie = ship.board()
    for _ in range(3):
        ship.clock.advance(1300)
        ship.ask("GET", "/api/session", cookie=cookie)
    writes.clear()

    ship.ask("GET", "/api/session", cookie=cookie)

    assert writes == ["GetItem"]


def test_an_idle_session_expires_and_cannot_be_revived(ship: Ship) -> None:
    cookie = ship.board()

    ship.clock.advance(IDLE)

    assert ship.ask("GET", "/api/session", cookie=cookie).status == 401
    assert ship.ask("GET", "/api/logs", cookie=cookie).status == 401


def test_a_renewal_does_not_undo_a_concurrent_logout(
    ship: Ship, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = ship.board()
    ship.clock.advance(IDLE / 2)
    renew = Sessions.renew

    def log_out_first(sessions: Sessions, session_id: str, *rest: Any) -> bool:
        sessions.end(session_id)
        return renew(sessions, session_id, *rest)

    monkeypatch.setattr(Sessions, "renew", log_out_first)
    response = ship.ask("GET", "/api/session", cookie=cookie)

    assert (response.status, response.cookies) == (401, ())
    assert ship.items("sessions") == []


def test_two_tabs_that_renew_concurrently_both_succeed(
    ship: Ship, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = ship.board()
    ship.clock.advance(IDLE / 2)
    renew = Sessions.renew

    def other_tab_first(sessions: Sessions, *rest: Any) -> bool:
        monkeypatch.setattr(Sessions, "renew", renew)
        assert ship.ask("GET", "/api/session", cookie=cookie).cookies
        return renew(sessions, *rest)

    monkeypatch.setattr(Sessions, "renew", other_tab_first)
    response = ship.ask("GET", "/api/session", cookie=cookie)

    assert response.status == 200
    assert response.json["expiresAt"] == "2026-11-23T12:45:00Z"


def test_a_session_from_before_maximum_lifetimes_is_valid_but_not_renewed(
    ship: Ship,
) -> None:
    cookie = ship.board()
    ship.dynamodb.update_item(
        TableName="site-sessions",
        Key={"session-id": {"S": cookie.partition("=")[2]}},
        UpdateExpression="REMOVE endsAt",
    )
    ship.clock.advance(IDLE - 1)

    response = ship.ask("GET", "/api/session", cookie=cookie)

    assert (response.status, response.cookies) == (200, ())
