"""Only a release that passed the gate can be promoted."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.gate import record
from harness.gate.parts import Part
from harness.gate.record import GateRecord
from harness.gate.report import PartResult
from harness.promotion import gate_record
from harness.promotion.release import Release, ReleaseManifest
from harness.revision import Revision

AT = Revision(commit="c" * 40, tree="a" * 40, clean=True)


def outcome(name: str, code: int | None) -> PartResult:
    return PartResult(part=Part(name=name, command=[]), code=code, seconds=1.26, reason="")


def of(*codes: int | None, before: Revision = AT, after: Revision = AT) -> GateRecord:
    outcomes = [outcome(f"part {n}", code) for n, code in enumerate(codes)]
    return record.made(before, after, outcomes, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def release(tmp_path: Path) -> Release:
    manifest = ReleaseManifest(commit=AT.commit, tree=AT.tree, tools={}, files={})
    (tmp_path / AT.tree).mkdir()
    return Release(folder=tmp_path / AT.tree, manifest=manifest)


def last_run(folder: Path, outcome: GateRecord) -> Path:
    folder = folder / "gate"
    folder.mkdir()
    record.write(outcome, folder)
    return folder / record.RECORD


def test_a_passed_gate_is_accepted_and_its_record_kept_with_the_release(
    release: Release, tmp_path: Path
) -> None:
    path = last_run(tmp_path, of(0, None, 0))

    outcome = gate_record.require(release, last_run=path)

    assert outcome.skipped == ("part 1",)
    path.unlink()
    assert gate_record.require(release, last_run=path) == outcome


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (of(0, 1), "did not pass: part 1"),
        (of(), "no part ran"),
        (of(0, after=replace(AT, clean=False)), "uncommitted changes"),
        (of(0, before=replace(AT, commit="d" * 40)), "uncommitted changes"),
    ],
)
def test_a_failed_or_partial_gate_is_refused(
    release: Release, tmp_path: Path, outcome: GateRecord, why: str
) -> None:
    with pytest.raises(HarnessError, match=why):
        gate_record.require(release, last_run=last_run(tmp_path, outcome))


def test_the_record_of_another_commit_is_refused(release: Release, tmp_path: Path) -> None:
    other = replace(AT, tree="b" * 40)
    path = last_run(tmp_path, of(0, before=other, after=other))

    with pytest.raises(HarnessError, match="has not run on this commit"):
        gate_record.require(release, last_run=path)

    gate_record.beside(release).write_bytes(path.read_bytes())
    with pytest.raises(HarnessError, match="ran on bbbbbbbbbbbb, not on aaaaaaaaaaaa"):
        gate_record.require(release, last_run=path)


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({**asdict(of(0)), "parts": [1]})])
def test_an_invalid_record_is_an_error(release: Release, tmp_path: Path, text: str) -> None:
    gate_record.beside(release).write_text(text)

    with pytest.raises(HarnessError, match="is not a record of the gate"):
        gate_record.require(release, last_run=tmp_path / "none")
