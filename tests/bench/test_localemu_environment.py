"""The Python for LocalEmu's environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.errors import BenchError
from bench.localemu_environment import fitting_python


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path / "bin"


def test_a_python_on_path_is_found_and_a_broken_one_is_skipped(folder: Path) -> None:
    program(folder / "python3.13", "exit 127  # as a shim of pyenv")
    fitting = program(folder / "python3.12", "echo 3.12 and so on")

    assert fitting_python() == (str(fitting), "3.12 and so on\n")


def test_a_python_of_pyenv_is_found_even_if_it_is_not_active(folder: Path) -> None:
    root = folder.parent / "root"
    program(folder / "pyenv", f"echo {root}")
    program(folder / "python3.12", "exit 127")
    fitting = program(root / "versions/3.12.1/bin/python3.12", "echo 3.12 of pyenv")

    assert fitting_python() == (str(fitting), "3.12 of pyenv\n")


@pytest.mark.parametrize(
    ("named", "message"),
    [("", "neither PATH nor pyenv has one"), ("python3.11", "python3.11 is none")],
)
def test_without_a_suitable_python_the_error_says_how_to_name_one(
    named: str, message: str, folder: Path
) -> None:
    program(folder / "python3.11", "echo 3.11 and so on")

    with pytest.raises(BenchError, match=rf"needs Python 3.12 or 3.13, and {message}.*PYTHON\.$"):
        fitting_python(named)
