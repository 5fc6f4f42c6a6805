"""Tables for terminals and Markdown."""

from __future__ import annotations

import math

from bench.tables import figure, one_line, table


def test_columns_fit_their_content_and_figures_are_right_aligned() -> None:
    assert table(["", "req/s"], [["a", "1"], ["longer", "1234567"]]).splitlines() == [
        "|        |   req/s |",
        "| ------ | ------: |",
        "| a      |       1 |",
        "| longer | 1234567 |",
    ]


def test_a_remark_in_place_of_figures_does_not_widen_columns() -> None:
    rows = [["a", "1", "2"], ["b", "not measured: no way to it"]]

    assert table(["", "x", "y"], rows).splitlines()[2:] == [
        "| a   |   1 |   2 |",
        "| b   | not measured: no way to it |",
    ]


def test_a_figure_has_three_significant_digits_or_all_integer_digits() -> None:
    figures = [figure(value) for value in (0.12345, 3.0, 1234.5, math.nan, None)]

    assert figures == ["0.123", "3", "1234", "-", "-"]


def test_a_multi_line_reason_is_shortened_to_its_first_and_last_line() -> None:
    assert one_line("it did not start. Its log:\n  line\n  why | how\n") == (
        "it did not start. Its log: … why / how"
    )
    assert one_line("short") == "short"
    assert one_line(OSError()) == "OSError"
