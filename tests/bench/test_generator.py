"""The order in which servers take turns."""

from __future__ import annotations

from bench.generator import in_turn


def test_the_order_of_a_pair_alternates_between_rounds() -> None:
    assert [in_turn(["a", "b"], turn) for turn in (1, 2, 3)] == [
        ["a", "b"],
        ["b", "a"],
        ["a", "b"],
    ]
