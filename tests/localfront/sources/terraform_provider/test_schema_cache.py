"""A provider's schema in the user's cache: never one of another program, and never a damaged one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from localfront.sources.terraform_provider.schema_cache import FOLDER, KEPT, SchemaCache
from localfront.sources.terraform_provider.schema_message import parse_schema_message
from tests.localfront.sources.terraform_provider.schema_messages import PROVIDER, SCHEMA

MESSAGE = parse_schema_message(SCHEMA)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "terraform-provider-aws_v5.100.0_x5"
    path.write_bytes(b"\x7fELF" + bytes(2_000_000))
    return path


def test_a_schema_is_found_again(tmp_path: Path, program: Path) -> None:
    SchemaCache(tmp_path / "cache", program).write(MESSAGE)

    copy = tmp_path / "another/project" / program.name
    copy.parent.mkdir(parents=True)
    copy.write_bytes(program.read_bytes())
    assert SchemaCache(tmp_path / "cache", copy).read() == MESSAGE


@pytest.mark.parametrize("change", ["another version", "longer", "other code", "gone"])
def test_another_program_has_no_schema_yet(tmp_path: Path, program: Path, change: str) -> None:
    SchemaCache(tmp_path / "cache", program).write(MESSAGE)

    if change == "another version":
        program = program.rename(tmp_path / "terraform-provider-aws_v5.99.0_x5")
    elif change == "longer":
        program.write_bytes(program.read_bytes() + b"\0")
    elif change == "other code":
        program.write_bytes(b"\x7fELE" + program.read_bytes()[4:])
    else:
        program.unlink()
    assert SchemaCache(tmp_path / "cache", program).read() is None


@pytest.mark.parametrize("damage", ["cut off", "changed", "empty"])
def test_a_damaged_file_counts_as_absent_and_is_replaced(
    tmp_path: Path, program: Path, damage: str
) -> None:
    cache = SchemaCache(tmp_path / "cache", program)
    cache.write(MESSAGE)
    (file,) = (tmp_path / "cache" / FOLDER).iterdir()
    content = file.read_bytes()
    changed = content[:-1] + bytes([content[-1] ^ 1])
    file.write_bytes({"cut off": content[:-9], "changed": changed, "empty": b""}[damage])

    assert cache.read() is None

    cache.write(MESSAGE)
    assert cache.read() == MESSAGE


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path, program: Path) -> None:
    (tmp_path / "cache").write_text("a file, not a folder")
    cache = SchemaCache(tmp_path / "cache", program)

    cache.write(MESSAGE)

    assert cache.read() is None


def test_the_oldest_schemas_are_deleted(tmp_path: Path, program: Path) -> None:
    older = parse_schema_message(PROVIDER)
    SchemaCache(tmp_path / "cache", program).write(older)
    (first,) = (tmp_path / "cache" / FOLDER).iterdir()
    os.utime(first, (1, 1))

    for number in range(KEPT):
        other = program.with_name(f"terraform-provider-aws_v{number}")
        other.write_bytes(b"another")
        SchemaCache(tmp_path / "cache", other).write(MESSAGE)

    assert len(list((tmp_path / "cache" / FOLDER).iterdir())) == KEPT
    assert SchemaCache(tmp_path / "cache", program).read() is None


def test_only_the_user_can_read_or_write_the_cache(tmp_path: Path, program: Path) -> None:
    SchemaCache(tmp_path / "cache", program).write(MESSAGE)

    folder = tmp_path / "cache" / FOLDER
    assert folder.stat().st_mode & 0o77 == 0
    assert all(file.stat().st_mode & 0o77 == 0 for file in folder.iterdir())
