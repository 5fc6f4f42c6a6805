"""The program ./nox, without a network."""

import ast
import subprocess
import sys
import types
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import pytest

from harness.checkout import ROOT


@pytest.fixture
def wrapper(tmp_path: Path) -> Any:
    loader = SourceFileLoader("nox_wrapper", str(ROOT / "nox"))
    module: Any = types.ModuleType(loader.name)
    module.__file__ = str(ROOT / "nox")
    loader.exec_module(module)
    module.VENV = tmp_path / ".nox" / "bootstrap"
    module.PYTHON = module.VENV / "bin" / "python"
    module.STAMP = module.VENV / "complete"
    return module


def test_an_old_python_can_parse_the_wrapper() -> None:
    ast.parse((ROOT / "nox").read_text(), feature_version=(3, 8))


def test_the_wrapper_needs_only_the_standard_library() -> None:
    tree = ast.parse((ROOT / "nox").read_text())
    imported = {
        name.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    }

    assert imported <= sys.stdlib_module_names


def test_an_incomplete_environment_is_not_used(wrapper: Any) -> None:
    wrapper.PYTHON.parent.mkdir(parents=True)
    wrapper.PYTHON.touch()
    half_made = wrapper.is_complete(wrapper.fingerprint())

    wrapper.STAMP.write_text(wrapper.fingerprint())

    assert not half_made
    assert wrapper.is_complete(wrapper.fingerprint())


def test_changed_pins_create_a_new_environment(wrapper: Any, tmp_path: Path) -> None:
    before = wrapper.fingerprint()
    wrapper.REQUIREMENTS = tmp_path / "nox.txt"
    wrapper.REQUIREMENTS.write_text("nox==9999.1.1\n")

    assert wrapper.fingerprint() != before


def test_the_next_method_is_tried_when_one_fails(
    wrapper: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = [[sys.executable, "-m", "venv", "--without-pip", str(wrapper.VENV)]]
    monkeypatch.setattr(wrapper, "ways", lambda: iter([[["/bin/false"]], works]))

    wrapper.set_up("wanted")

    assert wrapper.is_complete("wanted")


def test_if_every_attempt_fails_the_last_error_is_shown(
    wrapper: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = [[sys.executable, "-c", "raise SystemExit('no route to the packages')"]]
    monkeypatch.setattr(wrapper, "ways", lambda: iter([fails]))

    with pytest.raises(wrapper.SetUpError, match="no route to the packages"):
        wrapper.set_up("wanted")

    assert not wrapper.VENV.exists()


def test_a_python_without_venv_is_an_error(wrapper: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrapper, "ways", lambda: iter([]))

    with pytest.raises(wrapper.SetUpError, match="apt install python3-venv"):
        wrapper.set_up("wanted")


def test_an_installation_error_is_one_line_without_a_traceback(tmp_path: Path) -> None:
    """In a checkout without its pins, so that no network helps."""
    copy = tmp_path / "nox"
    copy.write_text((ROOT / "nox").read_text())
    (tmp_path / "requirements").mkdir()

    done = subprocess.run(
        [sys.executable, copy, "-l"],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "requirements/nox.txt" in done.stderr


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("dev", "a session is named after -s: ./nox -s dev"),
        ("dev -- --fresh", "./nox -s dev -- --fresh"),
        ("-s dev --http-port 1", "those of a session follow `--`: ./nox -s dev -- --http-port 1"),
        ("-s provision --empty", "--empty is no option of nox"),
        ("-s dev -- --http-port 1", ""),
        ("-s lint types --stop-on-first-error", ""),
        ("-l", ""),
        ("--session dev", ""),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_a_hint_follows_noxs_usage_message(
    typed: str, message: str, wrapper: Any, tmp_path: Path
) -> None:
    options = wrapper.VENV / "lib" / "python3.11" / "site-packages" / "nox" / "_options.py"
    options.parent.mkdir(parents=True)
    options.write_text('"--session", "--sessions", "--stop-on-first-error", "--list"')

    hint = wrapper.hint_for(typed.split())

    assert message in hint
    assert bool(message) == bool(hint)
