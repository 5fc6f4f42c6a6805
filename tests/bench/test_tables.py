"""Tables for terminals and Markdown."""

from __future__ import annotations

import math

from bench.tables import figure, one_line, table


def test_columns_are_as_wide_as_they_need_and_figures_stand_to_the_right() -> None:
    assert table(["", "req/s"], [["a", "1"], ["longer", "1234567"]]).splitlines() == [
        "|        |   req/s |",
        "| ------ | ------: |",
        "| a      |       1 |",
        "| longer | 1234567 |",
    ]


def test_a_remark_in_place_of_figures_widens_no_column() -> None:
    rows = [["a", "1", "2"], ["b", "not measured: no way to it"]]

    assert table(["", "x", "y"], rows).splitlines()[2:] == [
        "| a   |   1 |   2 |",
        "| b   | not measured: no way to it |",
    ]


def test_a_figure_has_three_digits_or_all_before_the_point() -> None:
    told = [figure(value) for value in (0.12345, 3.0, 1234.5, math.nan, None)]

    assert told == ["0.123", "3", "1234", "-", "-"]


def test_a_reason_of_many_lines_is_its_first_and_its_last() -> None:
    assert one_line("it did not start. Its log:\n  line\n  why | how\n") == (
        "it did not start. Its log: … why / how"
    )
    assert one_line("short") == "short"
    assert one_line(OSError()) == "OSError"
