"""The options of `nox -s fuzz`."""

from __future__ import annotations

import pytest

from fuzz.__main__ import SHARES, SHORT, budgets
from fuzz.command_line import PARTS, parser


def test_the_minutes_are_shared_among_all_parts() -> None:
    made = budgets(parser().parse_args(["--minutes", "2"]))

    assert list(made) == list(PARTS) == list(SHARES)
    assert sum(budget.seconds or 0 for budget in made.values()) == pytest.approx(120)


def test_a_single_part_gets_all_minutes() -> None:
    made = budgets(parser().parse_args(["--minutes", "2", "--only", "soak"]))

    assert {name: budget.seconds for name, budget in made.items()} == {"soak": 120}


def test_a_short_run_has_fixed_inputs_and_fits_into_the_gate() -> None:
    made = budgets(parser().parse_args(["--short"]))

    assert {name: budget.inputs for name, budget in made.items()} == {
        name: inputs for name, (inputs, _) in SHORT.items()
    }
    assert sum(budget.seconds or 0 for budget in made.values()) < 12  # starting takes the rest


def test_a_given_number_of_inputs_has_no_time_limit() -> None:
    made = budgets(parser().parse_args(["--inputs", "7"]))

    assert {(budget.inputs, budget.seconds) for budget in made.values()} == {(7, None)}


@pytest.mark.parametrize("given", ["--minutes=0", "--minutes=x", "--inputs=0", "--only=a"])
def test_invalid_options_are_refused(given: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        parser().parse_args([given])
