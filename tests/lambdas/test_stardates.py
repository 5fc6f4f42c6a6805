import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.stardates import stardate

MOMENTS = st.datetimes(
    min_value=datetime(1966, 1, 2),
    max_value=datetime(2065, 12, 30),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))]),
)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(1966, 1, 1, tzinfo=UTC), "00000.0"),
        (datetime(2026, 1, 1, tzinfo=UTC), "60000.0"),
        (datetime(2026, 7, 2, 12, tzinfo=UTC), "60500.0"),
        (datetime(2026, 11, 23, 19, 24, 5, tzinfo=UTC), "60895.3"),
        (datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "60999.9"),
        (datetime(2027, 1, 1, 8, tzinfo=timezone(timedelta(hours=14))), "60999.3"),
    ],
)
def test_a_moment_has_its_stardate(moment: datetime, expected: str) -> None:
    assert stardate(moment) == expected


@given(MOMENTS)
def test_a_stardate_has_five_digits_and_a_decimal(moment: datetime) -> None:
    assert re.fullmatch(r"[0-9]{5}\.[0-9]", stardate(moment))


@given(MOMENTS, MOMENTS)
def test_stardates_never_run_backwards(one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))

    assert stardate(earlier) <= stardate(later)


@given(MOMENTS)
def test_a_stardate_does_not_depend_on_the_time_zone(moment: datetime) -> None:
    assert stardate(moment) == stardate(moment.astimezone(UTC))
