"""The log formats of `localfront serve`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.localfront.command.log_lines import LogLines
from tests.localfront.command.test_serve_files import get, serving, site, wait_for, wait_until

__all__ = ["site"]


def test_without_a_terminal_it_prints_a_table_and_a_line_per_request(site: Path) -> None:
    with serving(site) as (port, log):
        get(port, "/none.html")

        start = wait_until(log, "certificate authority")
        assert "Path pattern  Origin" in start
        assert "\x1b" not in start
        assert " | behavior pattern=" in wait_for(log, "/none.html")


def test_with_the_json_format_every_line_is_json(site: Path) -> None:
    with serving(site, "--log-format", "json") as (port, log):
        get(port, "/none.html?x=1")

        lines = read_until(log, "/none.html")
    records = [json.loads(line) for line in lines]
    assert all("time" in record for record in records)
    assert any("certificate authority" in record.get("message", "") for record in records)
    assert records[-1]["target"] == "/none.html?x=1"
    assert records[-1]["status"] == 403


def test_quiet_logs_only_problems(site: Path) -> None:
    with serving(site, "--quiet") as (port, log):
        get(port, "/")
        get(port, "/none.html", host="nowhere.example")

        text = "".join(read_until(log, "nowhere.example"))
    assert "localhost" not in text
    assert "certificate authority" not in text


def read_until(log: LogLines, text: str) -> list[str]:
    lines: list[str] = []
    for line in log:
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError(f"the log ended before {text!r}: {lines}")
