import pytest

from lambdas.captains import MOST_REMEMBERED, Captains
from lambdas.errors import ConfigError
from lambdas.passwords import hash_password
from tests.lambdas.ship import CHEAP, Ship


def captains_of(ship: Ship) -> Captains:
    return Captains(
        secretsmanager=ship.secretsmanager,
        secret_prefix="site/captains/",
        clock=ship.clock,
        cost=CHEAP,
    )


def test_a_captain_is_authenticated_by_name_and_password(ship: Ship) -> None:
    ship.enlist("picard", "makeitso")
    captains = captains_of(ship)

    assert captains.has("picard", "makeitso")
    assert not captains.has("picard", "engage")
    assert not captains.has("kirk", "makeitso")


def test_a_changed_password_applies_after_thirty_seconds(ship: Ship) -> None:
    ship.enlist("picard", "makeitso")
    captains = captains_of(ship)
    captains.has("picard", "makeitso")
    ship.secretsmanager.put_secret_value(
        SecretId="site/captains/picard",
        SecretString=hash_password("engage", cost=CHEAP),
    )

    ship.clock.advance(29)
    assert captains.has("picard", "makeitso")

    ship.clock.advance(1)
    assert not captains.has("picard", "makeitso")
    assert captains.has("picard", "engage")


def test_an_unknown_name_is_cached_as_long(ship: Ship) -> None:
    captains = captains_of(ship)
    captains.has("kirk", "KHAAAN!!!")
    ship.enlist("kirk", "KHAAAN!!!")

    ship.clock.advance(29)
    assert not captains.has("kirk", "KHAAAN!!!")

    ship.clock.advance(1)
    assert captains.has("kirk", "KHAAAN!!!")


def test_invented_names_do_not_fill_the_cache(ship: Ship) -> None:
    captains = captains_of(ship)

    for number in range(MOST_REMEMBERED + 10):
        captains.has(f"nobody-{number}", "x")

    assert len(captains._memory) == MOST_REMEMBERED


def test_a_secret_without_a_value_is_not_a_captain(ship: Ship) -> None:
    ship.secretsmanager.create_secret(Name="site/captains/riker")  # as Terraform does

    assert not captains_of(ship).has("riker", "x")


def test_a_secret_scheduled_for_deletion_is_not_a_captain(ship: Ship) -> None:
    ship.enlist("picard", "makeitso")
    ship.secretsmanager.delete_secret(SecretId="site/captains/picard")

    assert not captains_of(ship).has("picard", "makeitso")


def test_a_malformed_password_secret_is_an_operators_error(
    ship: Ship,
) -> None:
    ship.secretsmanager.create_secret(Name="site/captains/picard", SecretString="makeitso")

    with pytest.raises(ConfigError, match="hash_password"):
        captains_of(ship).has("picard", "makeitso")
