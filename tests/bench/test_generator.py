"""The order in which servers take turns."""

from __future__ import annotations

from bench.generator import in_turn


def test_every_second_round_begins_with_the_other() -> None:
    assert [in_turn(["a", "b"], turn) for turn in (1, 2, 3)] == [
        ["a", "b"],
        ["b", "a"],
        ["a", "b"],
    ]
