"""`localfront clock` moves the running server's clock, and the server shows it everywhere."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.localfront.command.log_lines import PATIENCE, LogLines
from tests.localfront.inspector.demo_site import Demo, demo
from tests.localfront.warm_start.command import localfront


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Demo]:
    with demo(folder) as served:
        yield served


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        localfront(*arguments),
        env={"HOME": "/nowhere", **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def line_with(text: str, log: LogLines) -> str:
    return next(line for line in log if text in line)


def test_the_clock_is_moved_shown_and_reset(site: Demo, folder: Path) -> None:
    there = f"--ca-dir={folder / 'ca'}"
    moved = run("clock", "+1h30m", there)
    line = line_with("the clock is moved", site.log)
    with urlopen(f"{site.site}/style.css") as page:
        page.read()
    request = line_with("/style.css", site.log)
    looked = run("clock", there)
    reset = run("clock", "reset", there)

    assert moved.stdout.endswith("UTC  (+1h30m)\n"), moved.stderr
    assert "by +1h30m" in line
    assert "`localfront clock reset`" in line
    assert " +1h30m " in request
    assert looked.stdout.endswith("(+1h30m)\n")
    assert reset.stdout.endswith("(the real time)\n")
    assert "shows the real time again" in line_with("the clock shows", site.log)


def test_an_invalid_argument_is_a_one_line_error(site: Demo, folder: Path) -> None:
    done = run("clock", "tomorrow", f"--ca-dir={folder / 'ca'}")

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "'tomorrow' is not a valid clock setting: write +1h30m" in line


def test_without_a_running_server_the_clock_command_is_an_error(tmp_path: Path) -> None:
    done = run("clock", "+1h", f"--ca-dir={tmp_path}")

    assert done.returncode == 1
    assert "No localfront with an inspector runs." in done.stderr


def test_with_a_real_account_the_clock_command_is_refused_with_the_reason(tmp_path: Path) -> None:
    done = run(
        *("serve", "--clock", "+1h", f"--ca-dir={tmp_path}"),
        AWS_ACCESS_KEY_ID="a-real-one",
        AWS_SECRET_ACCESS_KEY="secret",
    )

    assert done.returncode == 1
    assert "AWS refuses requests signed with a time" in done.stderr
