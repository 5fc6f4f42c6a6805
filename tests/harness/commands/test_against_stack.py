from argparse import Namespace
from pathlib import Path

import pytest

from harness.commands.against_stack import environment, parse


def test_the_command_gets_no_credentials_of_a_real_account() -> None:
    environ = {"PATH": "/bin", "AWS_PROFILE": "enterprise", "AWS_REGION": "mars-1"}

    assert environment(Namespace(browser=None), environ, headed=False) == {"PATH": "/bin"}


@pytest.mark.parametrize(
    ("options", "name"), [([], "chromium-headless-shell"), (["--headed"], "chromium")]
)
def test_headed_runs_get_a_browser_with_a_window(
    options: list[str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program in ("chromium", "chromium-headless-shell"):
        (tmp_path / program).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)

    task = parse(["--name", "e2e", "--browser", "chromium", *options, "--", "pytest"])

    assert task.environment["CHROMIUM"] == str(tmp_path / name)
    assert task.command == ("pytest", *options)


def test_each_browser_finds_a_process_of_every_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "chromium"))
    (tmp_path / "chromium").touch(mode=0o755)

    with_browsers = parse(["--name", "e2e", "--browser", "chromium", "--", "pytest"])
    without = parse(["--name", "integration", "--", "pytest"])

    assert (with_browsers.wanted.browsers, without.wanted.browsers) == (2, 1)
