"""The lists of what workers may read and change, and what is said where nothing holds them to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from localfront.edge.interpreters import OWN_PYTHON, Interpreter
from localfront.edge.worker_paths import (
    interpreter_paths,
    linked_in_repository,
    what_is_not_confined,
    worker_paths,
)

ELSEWHERE = Path(__file__).parent  # any folder that is not below /tmp


@pytest.mark.parametrize(
    ("system", "landlock", "said"),
    [
        ("darwin", 0, "Nothing confines workers on macOS"),
        ("freebsd14", 0, "Nothing confines workers on freebsd14"),
        ("linux", 0, "no Landlock"),
    ],
)
def test_where_nothing_confines_workers_it_is_said(
    system: str, landlock: int, said: str
) -> None:
    told = what_is_not_confined(system, landlock)

    assert told is not None
    assert said in told
    assert "run only code that you trust" in told


def test_where_workers_are_confined_nothing_is_said() -> None:
    assert what_is_not_confined("linux", 1) is None


def test_a_python_in_the_home_itself_does_not_open_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "python3.12").touch()
    python = Interpreter(
        program=str(bin_folder / "python3.12"), version="3.12", prefix=str(tmp_path)
    )

    assert tmp_path not in interpreter_paths(python)


def test_a_python_installed_below_the_home_opens_its_own_folder_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    prefix = tmp_path / ".pyenv" / "versions" / "3.12.1"
    python = Interpreter(
        program=str(prefix / "bin" / "python3.12"), version="3.12", prefix=str(prefix)
    )

    below = [p for p in interpreter_paths(python) if p.is_relative_to(tmp_path)]
    assert below
    assert all(path.is_relative_to(prefix) for path in below)


def test_node_js_opens_its_program_alone() -> None:
    node = Interpreter(program="/home/picard/bin/node", version="22", is_node=True)

    assert list(interpreter_paths(node)) == [Path("/home/picard/bin/node")]


def test_our_own_python_s_libraries_can_be_read() -> None:
    assert Path(OWN_PYTHON.prefix).resolve() in interpreter_paths(OWN_PYTHON)


@pytest.mark.parametrize("below", ["code", "runtime"])
def test_tmp_is_closed_when_something_that_must_not_change_lies_there(
    below: str,
) -> None:
    tmp = Path("/tmp").resolve()  # noqa: S108
    places = {"code": ELSEWHERE, "runtime": ELSEWHERE} | {below: tmp / "x"}
    own = tmp / "localfront-1"

    closed = worker_paths([places["runtime"]], code=places["code"], temporary=own)
    open_ = worker_paths([ELSEWHERE], code=ELSEWHERE, temporary=own)

    assert closed.in_tmp == tmp / "x"
    assert str(tmp) not in closed.writable
    assert str(own) in closed.writable
    if not ELSEWHERE.is_relative_to(tmp):
        assert str(tmp) in open_.writable


def test_workspaces_that_npm_has_linked_can_be_read(tmp_path: Path) -> None:
    code = tmp_path / "packages" / "edge"
    scope = code / "node_modules" / "@fleet"
    for folder in (tmp_path / ".git", tmp_path / "packages" / "names", scope):
        folder.mkdir(parents=True)
    (scope / "names").symlink_to("../../../names")
    (code / "node_modules" / "etc").symlink_to("/etc")

    assert linked_in_repository(code) == [tmp_path / "packages" / "names"]


def test_without_a_repository_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "code" / "other").symlink_to("../other")

    if any((folder / ".git").exists() for folder in tmp_path.parents):
        pytest.skip("pytest's folder is in a repository")
    assert linked_in_repository(tmp_path / "code") == []
