"""Log lines other than those of requests, at a terminal."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from localfront.__main__ import main
from localfront.logs.colours import Palette
from localfront.logs.developer_log import LineFormatter
from tests.localfront.command.command_runs import logging_as_before
from tests.localfront.sources.cloudformation.templates import a_site

CLEARS = "\x1b[2J"


def test_no_name_or_message_can_move_the_cursor() -> None:
    message = f"Function {CLEARS}\x9b2J\r:\n  its second line\tand \u202eword"
    record = logging.LogRecord("localfront", logging.WARNING, "", 1, "%s", (message,), None)

    line = LineFormatter(Palette(coloured=False)).format(record).partition(" ")[2]

    assert line == "Function \\x1b[2J\\x9b2J\\x0d:\n  its second line    and \\x202eword"


def test_no_text_of_a_template_can_move_the_cursor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template = tmp_path / "template.yaml"
    origin = 'Id: "a\\e[2J", DomainName: a.example.com, CustomOriginConfig: {}'
    template.write_text(a_site(f"Origins: [{{{origin}}}]"))

    with logging_as_before():
        code = main(["serve", str(template)])

    output = capsys.readouterr().err
    assert code == 1
    assert "\\x1b[2J" in output
    assert CLEARS not in output
