"""The options of `nox -s bench`."""

from __future__ import annotations

import pytest

from bench.command_line import NAMES, parser, wanted


def test_everything_is_measured_unless_told_otherwise() -> None:
    assert wanted(parser().parse_args([])) == NAMES


def test_cases_may_be_chosen() -> None:
    chosen = parser().parse_args(["--only", "cache_hit", "--only", "memory"])

    assert wanted(chosen) == ["cache_hit", "memory"]


def test_a_case_that_is_not_there_is_refused_with_those_that_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        parser().parse_args(["--only", "cash_hit"])

    assert "cache_hit" in capsys.readouterr().err


def test_help_tells_every_case(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        parser().parse_args(["--help"])

    told = capsys.readouterr().out
    assert [name for name in NAMES if name not in told] == []
