"""The movable clock, and the syntax for moving it."""

import pytest

from localfront.exchange.clock import ClockError, MovableClock, duration
from localfront.exchange.clock_orders import carry_out, parse_time

NOW = 1_767_290_400.0  # 1 January 2026, 18:00 UTC


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(real=lambda: NOW)


@pytest.mark.parametrize(
    ("order", "moment", "message"),
    [
        ("+1h", NOW + 3600, "+1h"),
        ("+1h30m", NOW + 5400, "+1h30m"),
        ("-2d", NOW - 172_800, "-2d"),
        ("+90s", NOW + 90, "+1m30s"),
        ("freeze", NOW, "stopped at 2026-01-01 18:00:00 UTC"),
        ("freeze 2026-12-24T18:00", 1_798_135_200, "stopped at 2026-12-24 18:00:00 UTC"),
        ("freeze 2026-12-24T18:00+01:00", 1_798_131_600, "stopped at 2026-12-24 17:00:00 UTC"),
    ],
)
def test_a_clock_setting_moves_the_clock(
    clock: MovableClock, order: str, moment: float, message: str
) -> None:
    carry_out(clock, order)

    assert clock() == moment
    assert str(clock.setting) == message


def test_moves_add_up_and_a_reset_brings_the_real_time_back(clock: MovableClock) -> None:
    for order in ("+1h", "freeze", "+30m"):
        carry_out(clock, order)
    stands_at, ahead = clock(), clock.shift()

    carry_out(clock, "reset")

    assert (stands_at, ahead) == (NOW + 5400, 5400)
    assert (clock(), clock.shift(), clock.setting.is_moved) == (NOW, 0, False)


@pytest.mark.parametrize(
    "order",
    [
        "",
        "1h",
        "+1",
        "+h",
        "+1w",
        "+1h now",
        "resett",
        "reset now",
        "freeze soon",
        "+1h\n+1h",
        "+\uff11h",
    ],
)
def test_an_invalid_clock_setting_is_refused_with_the_valid_forms(
    clock: MovableClock, order: str
) -> None:
    with pytest.raises(ClockError, match=r"write \+1h30m"):
        carry_out(clock, order)

    assert not clock.setting.is_moved


@pytest.mark.parametrize("order", ["+999999999d", "-60d -60d", "freeze 0001-01-01"])
def test_a_time_out_of_range_is_refused(order: str) -> None:
    clock = MovableClock(real=lambda: NOW)

    with pytest.raises(ClockError):
        carry_out(clock, order)

    assert clock() == NOW


def test_a_clock_that_cannot_be_moved_says_why(clock: MovableClock) -> None:
    fixed = MovableClock(fixed_because="AWS goes by its own.")

    with pytest.raises(ClockError, match="AWS goes by its own"):
        fixed.advance(1)

    fixed.reset()
    assert fixed.shift() == 0


def test_less_than_a_second_is_shown_as_zero() -> None:
    assert (duration(0.4), duration(-0.4), duration(86_461)) == ("+0s", "-0s", "+1d1m1s")


def test_a_time_without_a_zone_is_utc() -> None:
    assert parse_time("2026-01-01T18:00") == NOW
