"""The arithmetic of measurements."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import Slice, difference, middle, percentile, ratio

SOME = st.lists(st.floats(0, 1e6), min_size=1, max_size=50).map(sorted)


def a_slice(**changes: Any) -> Slice:
    fields: dict[str, Any] = {"requests": 100, "seconds": 1, "p50_ms": 1, "p99_ms": 2}
    return Slice(**{**fields, **changes})


def rate(done: Slice) -> float:
    return done.requests_per_s


@pytest.mark.parametrize(
    ("share", "value"), [(0, 1), (0.5, 2), (0.51, 3), (0.75, 3), (0.99, 4), (1, 4)]
)
def test_a_percentile_is_the_value_at_the_nearest_rank(share: float, value: float) -> None:
    assert percentile([1, 2, 3, 4], share) == value


@given(SOME, st.floats(0, 1))
def test_at_least_its_share_of_the_values_is_within_a_percentile(
    values: list[float], share: float
) -> None:
    found = percentile(values, share)

    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_one_slow_round_does_not_change_the_median() -> None:
    slices = [a_slice(p50_ms=ms) for ms in (1.0, 1.1, 90.0)]

    assert middle(slices, lambda s: s.p50_ms) == 1.1


def test_a_figure_that_the_system_does_not_provide_has_no_median() -> None:
    assert math.isnan(middle([a_slice()], lambda s: s.cpu_us_per_request))


def test_a_round_in_which_both_were_slow_does_not_change_the_ratio() -> None:
    ours = [a_slice(requests=n) for n in (50, 5, 50)]
    bare = [a_slice(requests=n) for n in (100, 10, 100)]

    assert ratio(ours, bare, rate) == 0.5


def test_rounds_must_be_pairs() -> None:
    with pytest.raises(ValueError, match="longer"):
        ratio([a_slice()], [a_slice(), a_slice()], rate)


def test_there_is_no_ratio_to_zero() -> None:
    assert math.isnan(ratio([a_slice()], [a_slice(requests=0)], rate))


def test_the_difference_is_computed_within_each_round() -> None:
    ours = [a_slice(p50_ms=ms) for ms in (3.0, 13.0, 3.0)]
    bare = [a_slice(p50_ms=ms) for ms in (1.0, 11.0, 2.0)]

    assert difference(ours, bare, lambda s: s.p50_ms) == 2.0


def test_cpu_time_is_reported_per_request() -> None:
    assert a_slice(cpu_seconds=0.02).cpu_us_per_request == pytest.approx(200)
    assert a_slice(cpu_seconds=0.02, requests=0).cpu_us_per_request is None


def test_zero_time_gives_no_rate() -> None:
    assert a_slice(requests=0, seconds=0).requests_per_s == 0
