"""Tables that fit into a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from localfront.command.text_table import NARROWEST, fitted, shortened, table

HEAD = ("Path", "Origin", "Functions")
ROW = (["*"], ["pages → " + "a" * 70], ["viewer-request one", "viewer-response " + "b" * 60])


def test_a_table_that_fits_has_columns_with_one_line_per_cell_line() -> None:
    rows = [(["*"], ["a"], ["one", "two"])]

    assert list(table(HEAD, rows, width=100)) == [
        "  Path  Origin  Functions",
        "  *     a       one",
        "                two",
    ]


def test_without_a_width_a_row_is_a_line() -> None:
    lines = list(table(HEAD, [ROW], width=None))

    assert len(lines) == 2
    assert "viewer-request one, viewer-response bbb" in lines[1]
    assert "a" * 70 in lines[1]


def test_long_text_is_shortened_in_the_middle() -> None:
    assert shortened("cdk.out/asset.0123456789/index.js", 20) == "cdk.out/as…/index.js"
    assert shortened("short", 20) == "short"


@given(st.lists(st.integers(0, 200), min_size=3, max_size=3), st.integers(-10, 200))
def test_columns_are_never_wider_than_the_terminal(widths: list[int], room: int) -> None:
    found = fitted(widths, room)

    assert sum(found) <= max(room, 3 * NARROWEST)
    assert all(new == old or new >= NARROWEST for new, old in zip(found, widths, strict=True))


@given(st.text(max_size=60), st.integers(NARROWEST, 80))
def test_no_text_is_longer_than_its_column(text: str, room: int) -> None:
    assert len(shortened(text, room)) == min(len(text), room)
