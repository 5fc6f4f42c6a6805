"""Findings: counted, reported, and stored in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.findings import Finding, FindingError, Findings, Problem


def finding(input_: bytes, signature: str = "status 500") -> Finding:
    return Finding(part="socket", kind="Host", problem=Problem(signature, "b'no'"), input=input_)


def test_an_input_is_read_back_from_its_file_byte_for_byte(tmp_path: Path) -> None:
    kept = finding(bytes(range(256)))
    Findings(tmp_path).add(kept)

    assert Finding.read(tmp_path / kept.file_name) == kept


def test_for_each_fault_the_shortest_input_is_kept(tmp_path: Path) -> None:
    findings = Findings(tmp_path)
    for input_ in (b"abc", b"a", b"ab"):
        findings.add(finding(input_))
    findings.add(finding(b"abcdef", "another's response"))

    assert sorted(Finding.read(file).input for file in tmp_path.iterdir()) == [
        b"a",
        b"abcdef",
    ]
    assert "FAILED 3 times: socket: status 500" in findings.table()


def test_the_table_counts_by_kind(tmp_path: Path) -> None:
    findings = Findings(tmp_path)
    findings.count("socket", "Host", 1234)
    findings.count("socket", "framing")
    findings.note("soak", "workers killed", 3)

    lines = findings.table().splitlines()
    assert "    1,234  socket: Host" in lines
    assert "    1,235  inputs in all" in lines
    assert "        3  soak: workers killed" in lines
    assert lines[-1] == "nothing failed"
    assert findings.of("socket") == (1235, 0)


def test_a_folder_that_holds_other_files_keeps_them(tmp_path: Path) -> None:
    other = tmp_path / "thesis.txt"
    other.write_text("years of work")

    Findings(tmp_path).add(finding(b"a"))

    assert other.read_text() == "years of work"


@pytest.mark.parametrize("text", ["", "[]", '{"part": "socket"}', '{"part": 1, "base64": "%"}'])
def test_a_file_without_a_finding_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(text)

    with pytest.raises(FindingError, match=r"a\.json contains no finding"):
        Finding.read(file)
