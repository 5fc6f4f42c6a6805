"""Shell completion, in real shells."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from localfront.__main__ import main
from localfront.command.completion import SHELLS

PATIENCE = 60  # seconds
IN_BASH = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_shtab_localfront
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def script(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The script for the shell that the test names. Skips where that is not installed."""
    shell = request.param
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    return tmp_path / f"localfront.{shell}"


def printed(shell: str, file: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["completion", shell]) == 0
    file.write_text(capsys.readouterr().out)
    return file


def output_of(*command: str, cwd: Path) -> list[str]:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def completed_by_bash(file: Path, *words: str) -> list[str]:
    return output_of("bash", "--norc", "-c", IN_BASH, "bash", str(file), *words, cwd=file.parent)


def completed_by_fish(file: Path, *words: str) -> list[str]:
    line = f"source {file}; complete -C '{' '.join(words)}'"
    lines = output_of("fish", "--no-config", "-c", line, cwd=file.parent)
    return [candidate.partition("\t")[0] for candidate in lines]


COMPLETE = {"bash": completed_by_bash, "fish": completed_by_fish}


@pytest.mark.parametrize(
    ("script", "shell"), [("bash", "bash"), ("fish", "fish")], indirect=["script"]
)
def test_a_shell_completes_commands_options_values_and_files(
    script: Path, shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, complete = printed(shell, script, capsys), COMPLETE[shell]
    (script.parent / "plan.json").touch()
    (script.parent / "logs").mkdir()

    assert complete(file, "localfront", "tr") == ["trace", "trust"]
    assert "--origin-override" in complete(file, "localfront", "serve", "--or")
    assert complete(file, "localfront", "serve", "--log-format", "") in (
        ["row", "line", "json"],
        ["json", "line", "row"],
    )
    assert "plan.json" in complete(file, "localfront", "serve", "--config", "pl")
    assert [p.rstrip("/") for p in complete(file, "localfront", "serve", "--log-dir", "l")] == [
        "logs"
    ]


@pytest.mark.parametrize(("script", "shell"), [(s, s) for s in SHELLS], indirect=["script"])
def test_each_shell_can_parse_its_completion_script(
    script: Path, shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    output_of(shell, "-n", str(printed(shell, script, capsys)), cwd=script.parent)
