"""The conformance page, the list of items left out, and the marks of the tests agree.

The session `conformance` also checks that each claimed id has a *passing* test; this needs no run.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from conformance.__main__ import SUITES
from conformance.checklist import the_checklist
from conformance.page import PAGE, proved_ids
from conformance.verdicts import State, judge, left_out_reasons

ROOT = Path(__file__).parents[2]
MARK = "mark.proves("
KNOWN = {item.id: item for chapter in the_checklist() for item in chapter.items}
Named = Mapping[str, Mapping[str, str]]


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Named:
    """The tests that name each id, as pytest collects them."""
    file = tmp_path_factory.mktemp("collected") / "proofs.json"
    # Collecting all test modules would take twice as long.
    marked = [test for test in (ROOT / "tests").rglob("test_*.py") if MARK in test.read_text()]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *map(str, marked)]
    without = [f"-pno:{name}" for name in ("anyio", "base_url", "cacheprovider", "playwright")]
    plugin = ["-p", "conformance.plugin", *without, f"--proofs={file}"]
    subprocess.run(
        [*command, *plugin], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=240
    )
    found: Named = json.loads(file.read_text())
    return found


def test_tests_and_the_list_of_omitted_items_name_known_ids_and_agree(
    named: Named,
) -> None:
    verdicts = judge(the_checklist(), named, left_out_reasons())

    assert {v.state for v in verdicts.values()} == {State.OPEN, State.LEFT_OUT}


def test_every_id_that_the_page_claims_has_a_test(named: Named) -> None:
    claimed = proved_ids(PAGE.read_text())

    assert claimed
    assert [one for one in claimed if one not in named] == []


def test_the_page_claims_every_id_that_a_test_names(named: Named) -> None:
    claimed = set(proved_ids(PAGE.read_text()))

    assert sorted(named.keys() - claimed) == [], "run `./nox -s conformance`"


def test_the_page_names_exactly_the_existing_tests(named: Named) -> None:
    page = PAGE.read_text()
    links = set(re.findall(r"\[([^]]+)\]\(\.\./\.\./(tests/[^)]+)\)", page))
    tests = {name for of_id in named.values() for name in of_id}

    found = {(file, "test_" + words.replace(" ", "_")) for words, file in links}
    assert found == {
        (file, name.rpartition("::")[2])
        for file, _, name in (test.partition("::") for test in tests)
    }, "run `./nox -s conformance`"


def test_only_suites_whose_outcomes_are_kept_prove_anything(named: Named) -> None:
    kept = tuple(f"tests/{suite}/" for suite in SUITES)

    others = [t for of_id in named.values() for t in of_id if not t.startswith(kept)]
    assert others == []


def test_every_item_has_its_state_on_the_page() -> None:
    rows = re.findall(r"^\| ([A-Z0-9]{2}-\d{3}) \| ([ABC]) \|", PAGE.read_text(), re.MULTILINE)

    assert rows == [(item.id, item.priority) for item in KNOWN.values()]


def test_each_omitted_item_has_a_reason_in_a_sentence() -> None:
    assert [w for w in left_out_reasons().values() if not w.endswith(".")] == []


@pytest.mark.parametrize(
    "page", ["docs/reference/contradictions.md", "docs/reference/localfront.md"]
)
def test_documentation_cites_known_ids(page: str) -> None:
    cited = set(re.findall(r"\b[A-Z][A-Z0-9]-\d{3}\b", (ROOT / page).read_text()))

    assert cited
    assert sorted(cited - KNOWN.keys()) == []


def test_localfront_cites_known_ids() -> None:
    files = (ROOT / "localfront").rglob("*.py")
    cited = {
        one for file in files for one in re.findall(r"\b[A-Z][A-Z0-9]-\d{3}\b", file.read_text())
    }

    assert sorted(cited - KNOWN.keys()) == []
