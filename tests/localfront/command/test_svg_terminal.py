"""The picture of a terminal in the documentation."""

from __future__ import annotations

import re
from html import unescape

from tests.localfront.command.svg_terminal import COLOURS, COLUMN, MARGIN, svg
from tests.localfront.command.terminal_picture import COLUMNS, PICTURE

SPAN = re.compile(r'<tspan x="([\d.]+)" textLength="[\d.]+"(?: fill="([^"]+)")?>([^<]*)</tspan>')


def test_text_is_in_its_columns_coloured_and_escaped() -> None:
    drawn = svg(["\x1b[2m12:00\x1b[0m \x1b[32m200\x1b[0m  <a> & b"], columns=40, title="a")

    assert SPAN.findall(drawn) == [
        (f"{MARGIN:g}", COLOURS["2"], "12:00"),
        (f"{MARGIN + 6 * COLUMN:g}", COLOURS["32"], "200"),
        (f"{MARGIN + 11 * COLUMN:g}", "", "&lt;a&gt; &amp; b"),
    ]


def test_the_committed_picture_has_no_key_and_no_machine_specific_text() -> None:
    texts = [unescape(text) for _, _, text in SPAN.findall(PICTURE.read_text("utf-8"))]

    assert any("localfront ready https://localhost:8443/" in text for text in texts)
    for text in texts:
        assert re.search(r"/tmp|/root|/home|#[\w-]", text) is None, text  # noqa: S108 -- not made
        assert len(text) <= COLUMNS
    assert PICTURE.stat().st_size < 20_000
