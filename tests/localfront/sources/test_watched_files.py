"""Which edits trigger another evaluation of a Terraform folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from localfront.sources.terraform_folder.watched_files import (
    sources_of_archives,
    stamp_of,
)


@pytest.fixture
def module(tmp_path: Path) -> Path:
    folder = tmp_path / "module"
    for name in ("main.tf", "code/edge/index.mjs", "policies/csp.tftpl", ".terraform/x.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


@pytest.mark.parametrize("name", ["main.tf", "code/edge/index.mjs", "policies/csp.tftpl"])
def test_an_edit_at_any_depth_of_a_module_is_detected(module: Path, name: str) -> None:
    before = stamp_of([module])

    (module / name).write_text("something longer than it was")

    assert stamp_of([module]) != before


def test_an_edit_of_the_same_size_is_detected_by_its_mtime(module: Path) -> None:
    before = stamp_of([module])
    status = (module / "main.tf").stat()

    os.utime(module / "main.tf", ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000))

    assert stamp_of([module]) != before


@pytest.mark.parametrize(
    "name", [".terraform/x.json", "node_modules/a/index.js", "code/__pycache__/a.py", "edge.zip"]
)
def test_files_written_by_tools_are_not_edits(module: Path, name: str) -> None:
    before = stamp_of([module])

    (module / name).parent.mkdir(parents=True, exist_ok=True)
    (module / name).write_text("written by a tool")

    assert stamp_of([module]) == before


def test_a_deleted_file_or_a_broken_link_is_no_error(module: Path) -> None:
    (module / "gone.tf").symlink_to(module / "nowhere.tf")

    assert stamp_of([module, module / "none"])


def test_the_source_of_an_archive_is_found_beside_the_folder(module: Path) -> None:
    code = module.parent / "lambda"
    code.mkdir()
    (code / "app.py").write_text("")
    archive = {"type": "archive_file", "values": {"source_dir": "../lambda"}}
    inner = {"type": "archive_file", "values": {"source_file": "../lambda/app.py"}}
    gone = {"type": "archive_file", "values": {"source_dir": "../not-there"}}
    root = {"resources": [archive, gone], "child_modules": [{"resources": [inner]}]}

    found = sources_of_archives({"values": {"root_module": root}}, module)

    assert found == (code, code / "app.py")
