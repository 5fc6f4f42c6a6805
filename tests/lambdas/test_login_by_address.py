"""Failed log-ins from one address, if CloudFront sends it."""

from typing import Any

import pytest

from lambdas.login_attempts import ADDRESS_LIMIT
from lambdas.viewer_address import viewer_network
from tests.lambdas.proxy_events import proxy_event
from tests.lambdas.ship import ENVIRONMENT, ReadResponse, Ship

HERE, ELSEWHERE = "198.51.100.10:46532", "203.0.113.7:443"


@pytest.fixture(autouse=True)
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENVIRONMENT, "LIMIT_BY_ADDRESS", "true")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """A lower limit, so that it is reached sooner."""
    limit = 8
    monkeypatch.setattr("lambdas.login_attempts.ADDRESS_LIMIT", limit)
    return limit


def try_names(ship: Ship, count: int, address: str = HERE, first: int = 0) -> list[int]:
    """Try one password with many names."""
    return [
        from_address(ship, address, f"crew-{number}", "engage").status
        for number in range(first, first + count)
    ]


def from_address(ship: Ship, address: str, name: str, password: str) -> ReadResponse:
    return ship.log_in(name, password, headers={"CloudFront-Viewer-Address": address})


def test_one_password_can_be_tried_with_at_most_a_hundred_names(ship: Ship) -> None:
    ship.enlist("picard", "makeitso")

    assert try_names(ship, ADDRESS_LIMIT) == [401] * ADDRESS_LIMIT

    locked = from_address(ship, HERE, "picard", "makeitso")
    assert (locked.status, locked.error_code) == (429, "too_many_attempts")
    assert int(locked.headers["Retry-After"]) > 0
    assert from_address(ship, ELSEWHERE, "picard", "makeitso").status == 200


def test_the_limit_ends_with_its_window(ship: Ship, few: int) -> None:
    ship.enlist("picard", "makeitso")
    try_names(ship, few)
    assert from_address(ship, HERE, "picard", "makeitso").status == 429

    ship.clock.advance(15 * 60)

    assert from_address(ship, HERE, "picard", "makeitso").status == 200


def test_successful_logins_neither_count_nor_reset_the_limit(ship: Ship, few: int) -> None:
    ship.enlist("picard", "makeitso")
    try_names(ship, few - 1)

    for _ in range(3):
        assert from_address(ship, HERE, "picard", "makeitso").status == 200

    assert try_names(ship, 2, first=few) == [401, 429]


def test_without_the_option_the_address_header_is_ignored(
    ship: Ship, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENVIRONMENT, "LIMIT_BY_ADDRESS", "false")

    from_address(ship, HERE, "picard", "engage")

    assert [item["userName"] for item in ship.items("login-attempts")] == ["picard"]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.10:46532", "198.51.100.10/32"),
        ("2001:db8:1:2:3:4:5:6:443", "2001:db8:1:2::/64"),
        ("2001:0db8:0001:0002:ffff:ffff:ffff:ffff:443", "2001:db8:1:2::/64"),
        ("[2001:db8::1]:443", "2001:db8::/64"),
        ("::ffff:198.51.100.10:443", "198.51.100.10/32"),
        ("198.51.100.10", None),
        ("picard:443", None),
        ("", None),
    ],
)
def test_addresses_are_counted_by_their_assigned_network(address: str, network: str | None) -> None:
    event = proxy_event("POST", "/api/login", headers={"CloudFront-Viewer-Address": address})

    assert viewer_network(event) == network


def test_two_address_headers_are_both_ignored() -> None:
    event: dict[str, Any] = proxy_event("POST", "/api/login")
    event["multiValueHeaders"]["CloudFront-Viewer-Address"] = [HERE, ELSEWHERE]

    assert viewer_network(event) is None
