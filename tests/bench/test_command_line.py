"""The options of `nox -s bench`."""

from __future__ import annotations

import pytest

from bench.cases import QUICK, THOROUGH
from bench.command_line import GROWTH, NAMES, effort, parser, wanted


def test_everything_but_growth_is_measured_by_default() -> None:
    assert {*NAMES} - {*wanted(parser().parse_args([]))} == {GROWTH}
    assert wanted(parser().parse_args(["--growth"])) == NAMES


@pytest.mark.parametrize(
    ("arguments", "rounds", "seconds"),
    [
        ([], 9, THOROUGH.seconds),
        (["--quick"], 3, QUICK.seconds),
        (["--rounds", "5"], 5, THOROUGH.seconds),
        (["--quick", "--rounds", "1"], 1, QUICK.seconds),
    ],
)
def test_the_number_of_rounds_can_be_chosen(
    arguments: list[str], rounds: int, seconds: float
) -> None:
    chosen = effort(parser().parse_args(arguments))

    assert (chosen.rounds, chosen.seconds) == (rounds, seconds)


def test_cases_can_be_selected() -> None:
    chosen = parser().parse_args(["--only", "cache_hit", "--only", "memory"])

    assert wanted(chosen) == ["cache_hit", "memory"]


def test_an_unknown_case_is_refused_with_the_list_of_cases(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        parser().parse_args(["--only", "cash_hit"])

    assert "cache_hit" in capsys.readouterr().err


def test_help_lists_every_case(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        parser().parse_args(["--help"])

    output = capsys.readouterr().out
    assert [name for name in NAMES if name not in output] == []
