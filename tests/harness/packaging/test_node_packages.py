"""npm installs a lock file's packages once, without running their scripts."""

import os
from pathlib import Path

import pytest

from harness.packaging import node_packages

NPM = """#!/bin/sh
echo "$@" >>asked
mkdir -p node_modules
exit $(cat code)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an npm that records its arguments."""
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(NPM)
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npm.parent}:{os.environ['PATH']}")
    (tmp_path / "code").write_text("0")
    (tmp_path / "package-lock.json").write_text("{}")
    return tmp_path


def test_locked_packages_are_installed_once_without_running_scripts(folder: Path) -> None:
    codes = [node_packages.install(folder) for _ in range(2)]
    (folder / "package-lock.json").write_text('{"another": 1}')
    codes.append(node_packages.install(folder))

    assert codes == [0, 0, 0]
    commands = (folder / "asked").read_text().splitlines()
    assert len(commands) == 2
    assert all(line.startswith("ci --ignore-scripts ") for line in commands)


def test_a_failed_npm_installation_is_retried(folder: Path) -> None:
    (folder / "code").write_text("7")

    assert [node_packages.install(folder) for _ in range(2)] == [7, 7]
