"""The paths that workers may read and write, and the warning without confinement."""

from __future__ import annotations

from pathlib import Path

import pytest

from localfront.lambda_edge.workers.interpreters import OWN_PYTHON, Interpreter
from localfront.lambda_edge.workers.worker_paths import (
    confinement_gap,
    interpreter_paths,
    worker_paths,
)

ELSEWHERE = Path("/usr/share/none")  # not below /tmp, where this checkout may be


@pytest.mark.parametrize(
    ("system", "landlock", "warning"),
    [
        ("darwin", 0, "Nothing confines workers on macOS"),
        ("freebsd14", 0, "Nothing confines workers on freebsd14"),
        ("linux", 0, "no Landlock"),
    ],
)
def test_unconfined_workers_are_reported(system: str, landlock: int, warning: str) -> None:
    gaps = confinement_gap(system, landlock)

    assert gaps is not None
    assert warning in gaps
    assert "run only code that you trust" in gaps


def test_confined_workers_are_not_reported() -> None:
    assert confinement_gap("linux", 1) is None


@pytest.mark.parametrize("shared", [".", ".local"])
def test_a_python_in_the_home_folder_may_read_its_library_but_not_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    prefix = tmp_path / shared
    for folder in ("bin", "lib"):
        (prefix / folder).mkdir(parents=True)
    (prefix / "bin" / "python3.12").touch()
    (prefix / "lib" / "libpython3.12.so.1.0").touch()
    python = Interpreter(
        program=str(prefix / "bin" / "python3.12"), version="3.12", prefix=str(prefix)
    )

    paths = set(interpreter_paths(python))

    assert not paths & {tmp_path, prefix, prefix / "bin", prefix / "lib"}
    assert prefix / "lib" / "python3.12" in paths
    assert prefix / "lib" / "libpython3.12.so.1.0" in paths


def test_a_python_below_the_home_folder_may_read_only_its_own_folder(
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


def test_node_js_may_read_its_program_and_the_libraries_that_it_loads() -> None:
    node = Interpreter(
        program="/home/picard/conda/bin/node",
        version="22",
        is_node=True,
        libraries=("/home/picard/conda/lib/libuv.so.1",),
    )

    assert list(interpreter_paths(node)) == [
        Path("/home/picard/conda/bin/node"),
        Path("/home/picard/conda/lib/libuv.so.1"),
    ]


def test_localfronts_own_python_libraries_can_be_read() -> None:
    assert Path(OWN_PYTHON.prefix).resolve() in interpreter_paths(OWN_PYTHON)


@pytest.mark.parametrize("below", ["code", "runtime", "unchanging"])
def test_tmp_is_read_only_if_protected_files_are_in_it(
    below: str,
) -> None:
    tmp = Path("/tmp").resolve()  # noqa: S108 - /tmp itself is meant
    places = dict.fromkeys(("code", "runtime", "unchanging"), ELSEWHERE) | {below: tmp / "x"}
    own = tmp / "localfront-1"

    closed = worker_paths(
        [places["runtime"]], code=places["code"], temporary=own, unchanging=[places["unchanging"]]
    )
    open_ = worker_paths([ELSEWHERE], code=ELSEWHERE, temporary=own)

    assert closed.in_tmp == tmp / "x"
    assert str(tmp) not in closed.writable
    assert str(own) in closed.writable
    assert str(tmp) in open_.writable
