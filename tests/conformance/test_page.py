from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.__main__ import SUITES, main
from conformance.checklist import Chapter, Item
from conformance.page import proved_ids, render, shortened
from conformance.verdicts import State, Verdict


def an_item(number: int, priority: str = "A") -> Item:
    return Item(id=f"VP-{number:03}", priority=priority, behavior="GET.", source="page")


def page(*verdicts: Verdict) -> str:
    chapter = Chapter(code="VP", title="Viewer protocol", items=tuple(v.item for v in verdicts))
    return render([chapter], {v.item.id: v for v in verdicts})


PROVED = Verdict(
    item=an_item(1),
    state=State.PROVED,
    tests=("tests/a/test_b.py::test_it_is_so", "tests/c.py::TestC::test_it_too"),
)
OPEN = Verdict(item=an_item(2), state=State.OPEN, reason="no test")
LEFT_OUT = Verdict(item=an_item(3), state=State.LEFT_OUT, reason="Nobody asks.")


def test_a_proved_item_names_its_tests() -> None:
    assert (
        "| VP-001 | A | proved | GET. | [it is so](../../tests/a/test_b.py)<br>"
        "[it too](../../tests/c.py) |\n"
    ) in page(PROVED)


def test_other_items_say_why_they_are_not_proved() -> None:
    lines = page(PROVED, OPEN, LEFT_OUT).splitlines()

    assert "| VP-002 | A | open | GET. | no test |" in lines
    assert "| VP-003 | A | left out | GET. | Nobody asks. |" in lines


def test_omitted_items_lower_the_percentages() -> None:
    another = Verdict(item=an_item(4), state=State.OPEN, reason="no test")
    lines = page(PROVED, OPEN, another, LEFT_OUT).splitlines()

    counts = "1 of 4 (25 %) | - | - | 1 | 2 |"
    assert f"| VP: Viewer protocol | {counts}" in lines
    assert f"| **all** | {counts}" in lines


def test_the_claims_of_a_page_can_be_parsed() -> None:
    assert proved_ids(page(PROVED, OPEN, LEFT_OUT)) == ["VP-001"]


def test_a_long_behavior_is_cut_between_words() -> None:
    text = shortened("**Bold** and `*.example.com`: " + "word " * 40)

    assert text.startswith(r"Bold and \*.example.com: word")
    assert text.endswith("word …")
    assert len(text) < 120


# The command


@pytest.fixture(autouse=True)
def in_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def proofs_in(build: Path, outcome: str) -> None:
    (build / "proofs").mkdir(parents=True, exist_ok=True)
    (build / "tests").mkdir(exist_ok=True)
    for suite in SUITES:
        (build / "tests" / f"{suite}.py").write_text("import localfront.flow.pipeline\n")
        outcomes = {"VP-001": {f"tests/{suite}.py::test_it": outcome}}
        (build / "proofs" / f"{suite}.json").write_text(json.dumps(outcomes))


def test_writing_the_page_is_idempotent_and_passes_the_check(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    proofs_in(tmp_path, "passed")

    assert main([], page=file, build=tmp_path, rules=tmp_path / "rules.json") == 0
    first = file.read_text(), (tmp_path / "conformance.json").read_text()
    assert main([], page=file, build=tmp_path, rules=tmp_path / "rules.json") == 0

    assert (file.read_text(), (tmp_path / "conformance.json").read_text()) == first
    assert main(["--check"], page=file, build=tmp_path, rules=tmp_path / "rules.json") == 0
    assert json.loads(first[1])["VP-001"] == {
        "state": "proved",
        "priority": "A",
        "tests": [f"tests/{suite}.py::test_it" for suite in sorted(SUITES)],
        "why": "",
    }


def test_the_check_fails_when_a_claimed_item_has_no_passing_test(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "page.md"
    proofs_in(tmp_path, "passed")
    main([], page=file, build=tmp_path, rules=tmp_path / "rules.json")
    committed = file.read_text()
    proofs_in(tmp_path, "failed")

    assert main(["--check"], page=file, build=tmp_path, rules=tmp_path / "rules.json") == 1

    assert "- | VP-001 | A | proved |" in capsys.readouterr().err
    assert file.read_text() == committed


def test_the_check_accepts_a_claim_whose_test_is_skipped_here(
    tmp_path: Path,
) -> None:
    file = tmp_path / "page.md"
    proofs_in(tmp_path, "passed")
    main([], page=file, build=tmp_path, rules=tmp_path / "rules.json")
    proofs_in(tmp_path, "skipped")

    assert main(["--check"], page=file, build=tmp_path, rules=tmp_path / "rules.json") == 0

    file.write_text(file.read_text().replace("proved", "open"))
    assert main(["--check"], page=file, build=tmp_path, rules=tmp_path / "rules.json") == 1


def test_a_skipped_test_adds_no_claim(tmp_path: Path) -> None:
    proofs_in(tmp_path, "skipped")

    main([], page=tmp_path / "page.md", build=tmp_path, rules=tmp_path / "rules.json")

    assert proved_ids((tmp_path / "page.md").read_text()) == []


def test_a_suite_that_has_not_run_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proofs_in(tmp_path, "passed")
    (tmp_path / "proofs" / "edge.json").unlink()

    assert main([], page=tmp_path / "page.md", build=tmp_path, rules=tmp_path / "rules.json") == 1
    assert "`edge` has left no outcomes" in capsys.readouterr().err
