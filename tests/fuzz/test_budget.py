"""The time limit of a part."""

from __future__ import annotations

from fuzz.budget import Budget


def test_a_number_of_inputs_is_used_up() -> None:
    budget = Budget(inputs=40)

    assert [budget.take(32), budget.take(32), budget.take(32)] == [32, 8, 0]


def test_unused_inputs_may_be_used_later() -> None:
    budget = Budget(inputs=10)
    budget.take(10)
    budget.give_back(4)

    assert budget.take(10) == 4


def test_the_time_limit_ends_the_run_however_many_inputs_are_left() -> None:
    assert Budget(inputs=10, seconds=0.0).take(1) == 0


def test_the_time_limit_starts_at_the_beginning() -> None:
    budget = Budget(seconds=3600.0)
    budget.began -= 4000
    assert budget.take(1) == 0

    budget.begin()

    assert budget.take(1) == 1
