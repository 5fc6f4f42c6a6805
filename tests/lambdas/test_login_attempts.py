"""Concurrent log-ins in the worst order, without threads."""

import pytest

from lambdas.errors import TooManyAttemptsError
from lambdas.login_attempts import LoginAttempts
from tests.lambdas.ship import NOON, Ship


def attempts_on(ship: Ship) -> LoginAttempts:
    return LoginAttempts(dynamodb=ship.dynamodb, table_name="site-login-attempts")


def test_of_concurrent_guesses_only_five_are_checked(ship: Ship) -> None:
    """All attempts are counted before any password is checked, each in its own instance."""
    through = 0
    for _ in range(20):
        try:
            attempts_on(ship).count("picard", now=NOON)
        except TooManyAttemptsError:
            continue
        through += 1

    assert through == 5


def test_a_concurrent_first_attempt_is_still_counted(ship: Ship) -> None:
    """Another request opens the window between its two updates."""
    rival, overtaken = attempts_on(ship), attempts_on(ship)
    outcomes: list[bool] = []

    def overtake(**_: object) -> None:
        if not outcomes:
            outcomes.append(True)
            rival.count("picard", now=NOON)

    ship.dynamodb.meta.events.register("after-call.dynamodb.UpdateItem", overtake, "rival")
    try:
        overtaken.count("picard", now=NOON)
    finally:
        ship.dynamodb.meta.events.unregister("after-call.dynamodb.UpdateItem", unique_id="rival")

    (item,) = ship.items("login-attempts")
    assert item["failures"] == "2"


def test_the_item_has_a_ttl_for_dynamodb(ship: Ship) -> None:
    attempts_on(ship).count("picard", now=NOON)

    assert ship.items("login-attempts") == [
        {"userName": "picard", "failures": "1", "ttl": "1795436100"}
    ]


def test_refused_attempts_do_not_extend_the_lockout(ship: Ship) -> None:
    attempts = attempts_on(ship)
    for _ in range(5):
        attempts.count("picard", now=NOON)
    before = ship.items("login-attempts")

    with pytest.raises(TooManyAttemptsError):
        attempts.count("picard", now=NOON)

    assert ship.items("login-attempts") == before
