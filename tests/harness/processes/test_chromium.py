import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import MissingToolError
from harness.processes.chromium import find_chromium, playwrights_chromium


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o755)
    return path


def test_the_systems_chromium_is_found(tmp_path: Path) -> None:
    chromium = program(tmp_path / "chromium")

    assert find_chromium({"PATH": str(tmp_path)}) == chromium


def test_a_headless_shell_is_used_unless_the_run_is_headed(tmp_path: Path) -> None:
    chromium = program(tmp_path / "chromium")
    shell = program(tmp_path / "chromium-headless-shell")
    environ = {"PATH": str(tmp_path)}

    assert find_chromium(environ) == shell
    assert find_chromium(environ, headed=True) == chromium
    assert find_chromium({**environ, "CHROMIUM": str(chromium)}) == chromium


def test_playwright_downloads_a_headless_shell_for_headless_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    playwright = [sys.executable, "-m", "playwright"]
    command = [*playwright, "install", "--dry-run", "--only-shell", "chromium"]
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    folder = next(Path(word) for word in output.split() if word.startswith(str(tmp_path)))
    shell = program(folder / "for-this-system" / "chrome-headless-shell")

    assert playwrights_chromium(headed=False) == shell
    assert playwrights_chromium(headed=True) is None


def test_a_variable_that_names_no_program_is_a_one_line_error(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError) as missing:
        find_chromium({"PATH": str(tmp_path), "CHROMIUM": "/nowhere"})

    assert "apt install chromium" in str(missing.value)
    assert "\n" not in str(missing.value)
