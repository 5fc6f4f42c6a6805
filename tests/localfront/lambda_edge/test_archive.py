"""Archives that Lambda would unpack differently or refuse."""

import stat
import zipfile
from pathlib import Path

import pytest

from localfront.errors import ConfigError
from localfront.lambda_edge.archive import unpack
from tests.localfront.lambda_edge.archives import zipped

HANDLER = b"def handler(event, context):\n    return event\n"


def link(name: str, target: str) -> tuple[zipfile.ZipInfo, bytes]:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry, target.encode()


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(("../outside.py", b""), id="parent"),
        pytest.param(("a/../../outside.py", b""), id="parent further on"),
        pytest.param(("/outside.py", b""), id="absolute"),
        pytest.param(("a\\..\\outside.py", b""), id="backslashes"),
        pytest.param(link("outside.py", "/etc/passwd"), id="symbolic link"),
    ],
)
def test_an_entry_outside_of_the_directory_is_refused(
    entry: tuple[str | zipfile.ZipInfo, bytes], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"outside\.py"):
        unpack(zipped(entry), tmp_path / "code" / "here")

    assert list(tmp_path.rglob("*")) == [tmp_path / "code"]


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 1024 * 1024
    monkeypatch.setattr("localfront.lambda_edge.archive.MAX_UNZIPPED_BYTES", limit)
    bomb = zipped(("a", b"\0" * 600_000), ("b", b"\0" * 600_000))

    with pytest.raises(ConfigError, match="unpacks to over"):
        unpack(bomb, tmp_path / "code")

    assert list(tmp_path.iterdir()) == []


def test_an_archive_with_too_many_entries_is_refused(tmp_path: Path) -> None:
    crowd = zipped(*((f"{number}", b"") for number in range(20_001)))

    with pytest.raises(ConfigError, match="20001 entries"):
        unpack(crowd, tmp_path / "code")


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<html>", id="not a zip"),
        pytest.param(zipped(("a.py", HANDLER * 50))[20:], id="torn"),
        pytest.param(zipped(("a", b"1"), ("a/b", b"2")), id="file and directory"),
    ],
)
def test_a_broken_archive_is_refused(archive: bytes, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be unpacked"):
        unpack(archive, tmp_path / "code")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["n" * 300, "d" * 300 + "/a.py", "a/" * 4000 + "a.py"],
    ids=["file", "folder", "path"],
)
def test_an_entry_with_too_long_a_name_is_refused_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"a name of {len(name)} characters") as refused:
        unpack(zipped((name, b"")), tmp_path / "code")

    assert name[:100] in str(refused.value)
    assert len(str(refused.value)) < 400
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_folder_is_an_error_that_names_the_option(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match=r"into .*file: .*--edge NAME=DIR"):
        unpack(zipped(("a.py", HANDLER)), tmp_path / "file" / "code")
