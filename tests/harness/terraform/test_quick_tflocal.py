"""tflocal's cache of parsed files."""

import io
from pathlib import Path
from typing import Any

import pytest
from hcl2 import SerializationOptions

from harness.checkout import TERRAFORM
from harness.terraform import quick_tflocal

AS_TFLOCAL = SerializationOptions(
    strip_string_quotes=True, explicit_blocks=False, with_comments=False
)
OURS = sorted(TERRAFORM.glob("*.tf"), key=lambda file: file.stat().st_size)[:3]
REGION = 'provider "aws" { region = "eu-west-1" }'


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(quick_tflocal, "KEPT", tmp_path / "kept")
    return tmp_path / "kept"


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that the parser was given."""
    messages: list[str] = []
    anew = quick_tflocal.parsed_anew

    def parse(file: io.StringIO, **options: Any) -> Any:
        messages.append(file.getvalue())
        return anew(file, **options)

    monkeypatch.setattr(quick_tflocal, "parsed_anew", parse)
    return messages


def load(text: str, options: SerializationOptions = AS_TFLOCAL) -> Any:
    return quick_tflocal.load(io.StringIO(text), serialization_options=options)


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.name)
def test_a_file_is_parsed_once_and_its_result_reused(file: Path, parses: list[str]) -> None:
    text = file.read_text()
    anew = quick_tflocal.parsed_anew(io.StringIO(text), serialization_options=AS_TFLOCAL)
    parses.clear()

    assert [load(text), load(text)] == [anew, anew]
    assert parses == [text]


def test_changed_files_or_options_are_parsed_again(parses: list[str]) -> None:
    changed = REGION.replace("eu-west-1", "us-east-1")

    first = load(REGION)

    assert load(changed) != first
    assert load(REGION, SerializationOptions(strip_string_quotes=False)) != first
    assert parses == [REGION, changed, REGION]


def test_a_damaged_cache_file_is_written_again(kept: Path, parses: list[str]) -> None:
    first = load(REGION)
    [file] = kept.iterdir()
    file.write_text(file.read_text()[:-1])

    assert [load(REGION), load(REGION)] == [first, first]
    assert parses == [REGION, REGION]


def test_without_a_writable_cache_all_files_are_parsed(kept: Path, parses: list[str]) -> None:
    kept.write_text("no folder")

    assert load(REGION) == load(REGION)
    assert parses == [REGION, REGION]


def test_the_oldest_cache_files_are_deleted(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_tflocal, "MOST", 2)

    for number in range(4):
        load(f"number = {number}")

    assert len(list(kept.iterdir())) == 2
