"""Folders that functions may not change, and clean-up after killed processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from localfront.lambda_edge.workers.private_folder import PrivateFolder, private_folder

DIES = """
import os, sys
from pathlib import Path
from localfront.lambda_edge.workers.private_folder import PrivateFolder
folder = PrivateFolder(Path(sys.argv[1]), "test")
(folder.path / "read-only").mkdir(mode=0o555)
print(folder.path)
sys.stdout.flush()
os._exit(9)
"""


def test_closing_removes_the_folder_and_may_be_repeated(
    tmp_path: Path,
) -> None:
    folder = PrivateFolder(tmp_path / "new", "test")
    (folder.path / "file").touch()

    folder.close()
    folder.close()

    assert list((tmp_path / "new").iterdir()) == []


def test_the_folder_of_a_dead_process_is_removed_by_the_next(tmp_path: Path) -> None:
    left = subprocess.run(
        [sys.executable, "-c", DIES, str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[4],
        timeout=240,
    ).stdout.strip()  # fmt: skip
    assert Path(left).is_dir()

    with PrivateFolder(tmp_path, "other") as folder:
        assert list(tmp_path.iterdir()) == [folder]


def test_folders_in_use_and_unrelated_files_are_kept(tmp_path: Path) -> None:
    others = ["runtime-root", "localfront-code", "localfront-code-0123456789"]
    for name in others:
        (tmp_path / name).mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "localfront-code-linked00").symlink_to(elsewhere)

    with PrivateFolder(tmp_path, "code") as first, PrivateFolder(tmp_path, "code"):
        assert first.is_dir()
        assert elsewhere.is_dir()
        assert all((tmp_path / name).is_dir() for name in others)


def test_a_cache_that_cannot_be_written_is_replaced_by_a_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").touch()  # no folder
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with private_folder("test") as folder:
        assert folder.parent == tmp_path
