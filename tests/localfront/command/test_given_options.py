"""Where the value of each option comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from localfront.command.command_line import parse_arguments
from localfront.inspector.options import Given


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.json").write_text("{}")
    return tmp_path


def test_each_option_names_where_it_was_set(project: Path) -> None:
    (project / "localfront.toml").write_text(
        "[serve]\nhttp-port = 1\nworkers = 2\nstrict = true\n"
        "origin-override = { site = '.', api = 'http://localhost:3000' }\n"
    )
    typed = ["plan.json", "--workers", "3", "--origin-override=other=.", "--parameter", "Key=hush"]

    given = parse_arguments(["serve", *typed]).given

    for wanted in (
        Given("source", "plan.json", "command line"),
        Given("http-port", "1", "localfront.toml"),
        Given("https-port", "8443", "default"),
        Given("workers", "3", "command line"),
        Given("strict", "yes", "localfront.toml"),
        Given("origin-override", "site=.", "localfront.toml"),
        Given("origin-override", "other=.", "command line"),
        Given("parameter", "Key=…", "command line"),
    ):
        assert wanted in given
    assert [each for each in given if each.name == "workers"] == [
        Given("workers", "3", "command line")
    ]
    assert "hush" not in repr(given)
    assert not [each for each in given if each.name in ("quiet", "log-dir", "help")]
