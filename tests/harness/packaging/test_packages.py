import importlib.metadata
import io
import zipfile
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.packaging import packages


def entries(archive: Path) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(archive) as opened:
        return opened.infolist()


def test_equal_files_give_identical_archives(tmp_path: Path) -> None:
    first = packages.build(tmp_path / "first")
    again = packages.build(tmp_path / "again")

    assert first.lambdas.read_bytes() == again.lambdas.read_bytes()
    assert first.edge.read_bytes() == again.edge.read_bytes()


def test_the_order_of_the_files_does_not_matter() -> None:
    forwards = packages.archive({"a.py": b"1", "b.py": b"2"})
    backwards = packages.archive({"b.py": b"2", "a.py": b"1"})

    assert forwards == backwards


def test_a_changed_file_changes_the_bytes() -> None:
    assert packages.archive({"a.py": b"1"}) != packages.archive({"a.py": b"2"})


def test_every_file_has_a_fixed_date_and_is_readable_for_everyone() -> None:
    archive = packages.archive({"lambdas/login.py": b"# ..."})
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        [entry] = opened.infolist()

    assert entry.date_time == (1980, 1, 1, 0, 0, 0)
    assert entry.external_attr >> 16 == 0o100644


def test_the_apis_archive_has_the_handlers_and_what_they_import(tmp_path: Path) -> None:
    names = {entry.filename for entry in entries(packages.build(tmp_path).lambdas)}

    assert {"lambdas/login.py", "lambdas/logs.py"} <= names
    assert "aws_lambda_powertools/__init__.py" in names


def test_the_edge_archive_has_its_modules_at_the_root(tmp_path: Path) -> None:
    names = {entry.filename for entry in entries(packages.build(tmp_path).edge)}

    assert "viewer_request.py" in names
    assert all("/" not in name and name.endswith(".py") for name in names)


def test_archives_contain_nothing_machine_specific(tmp_path: Path) -> None:
    names = [entry.filename for entry in entries(packages.build(tmp_path).lambdas)]

    assert not [name for name in names if name.endswith((".pyc", "RECORD", "INSTALLER"))]
    assert not [name for name in names if name.startswith(("/", ".."))]


def test_a_build_leaves_only_deployed_files_and_a_record(
    tmp_path: Path,
) -> None:
    packages.build(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {
        "lambdas.zip",
        "edge.zip",
        "frontend",
        "frontend-releases.json",
    }


def test_a_version_other_than_the_pinned_one_is_refused() -> None:
    with pytest.raises(HarnessError, match=r"requires pytest 0\.1"):
        list(packages.installed_files("pytest", "0.1"))


def test_compiled_code_is_refused() -> None:
    with pytest.raises(HarnessError, match="has compiled code"):
        dict(packages.installed_files("aiohttp", installed_version("aiohttp")))


def installed_version(name: str) -> str:

    return importlib.metadata.version(name)
