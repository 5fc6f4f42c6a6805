import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import nox
import pytest

import noxfile
from harness.checkout import ROOT


class Installing:
    """A session whose commands take time and are recorded."""

    def __init__(self) -> None:
        self.commands: list[str] = []

    def run(self, *command: str | os.PathLike[str]) -> None:
        words = [str(word) for word in command]
        if "venv" in words:
            time.sleep(0.1)  # so that an unlocked one would be met half-way
            Path(words[-1]).mkdir(parents=True, exist_ok=True)
        self.commands.append(" ".join(words[1:3]))


def test_two_terminals_do_not_create_the_same_environment_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("requirements", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    session = Installing()

    with ThreadPoolExecutor() as pool:
        made = [
            pool.submit(noxfile.environment, cast(nox.Session, session), "run") for _ in range(2)
        ]

    assert {future.result(240) for future in made} == {tmp_path / ".nox" / "run" / "bin"}
    assert session.commands == ["venv -q", "pip install", "pip install"]
