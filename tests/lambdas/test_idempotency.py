"""A repeated request with the same Idempotency-Key writes one entry."""

import pytest

from lambdas.errors import BadRequestError
from lambdas.logs import read_idempotency_key
from tests.lambdas.log_requests import read, record, texts
from tests.lambdas.ship import Ship


def test_the_same_request_again_returns_the_first_entry(ship: Ship) -> None:
    cookie = ship.board()
    first = record(ship, cookie, "Tea.", **{"Idempotency-Key": "abc_-1"})
    ship.clock.advance(5)

    again = record(ship, cookie, "Tea. Earl Grey.", **{"idempotency-key": "abc_-1"})

    assert again == first
    assert texts(read(ship, cookie)) == ["Tea."]


def test_without_a_key_the_same_text_is_two_entries(ship: Ship) -> None:
    cookie = ship.board()

    record(ship, cookie, "Tea.")
    record(ship, cookie, "Tea.")

    assert texts(read(ship, cookie)) == ["Tea.", "Tea."]


def test_another_captain_may_use_the_same_key(ship: Ship) -> None:
    picard = ship.board("picard", "makeitso")
    kirk = ship.board("kirk", "KHAAAN!!!")
    record(ship, picard, "Tea.", **{"Idempotency-Key": "1"})

    record(ship, kirk, "Khan!", **{"Idempotency-Key": "1"})

    assert texts(read(ship, kirk)) == ["Khan!"]


def test_a_key_expires_after_a_day_even_if_its_item_still_exists(
    ship: Ship,
) -> None:
    first = record(ship, ship.board(), "Tea.", **{"Idempotency-Key": "1"})
    ship.clock.advance(24 * 60 * 60)
    cookie = ship.log_in("picard", "makeitso").cookie

    second = record(ship, cookie, "Tea.", **{"Idempotency-Key": "1"})

    assert second.json["id"] != first.json["id"]
    assert texts(read(ship, cookie)) == ["Tea.", "Tea."]


def test_only_the_marker_of_a_request_has_a_ttl(ship: Ship) -> None:
    record(ship, ship.board(), "Tea.", **{"Idempotency-Key": "1"})

    ttls = {item["userName"]: item.get("ttl") for item in ship.items("logs")}

    assert ttls == {"picard": None, "picard/requests": "1795521600"}


@pytest.mark.parametrize("key", ["", "a b", "x" * 65, "é", "a/b"])
def test_a_malformed_key_is_refused(ship: Ship, key: str) -> None:
    response = record(ship, ship.board(), "Tea.", **{"Idempotency-Key": key})

    assert (response.status, response.error_code) == (400, "bad_request")
    assert ship.items("logs") == []


def test_two_keys_on_one_request_are_refused() -> None:
    event = {"multiValueHeaders": {"Idempotency-Key": ["1", "2"]}}

    with pytest.raises(BadRequestError, match="once"):
        read_idempotency_key(event)
