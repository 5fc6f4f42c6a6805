"""A pytest plugin: what became of the tests that name items of the checklist.

`pytest -p conformance.plugin --proofs FILE` writes, for each id of a `proves` mark, the tests that
carry it and their outcomes. A test with parameters counts as one: it failed if any of them did,
and else it passed if any did. Works alike under pytest-xdist, whose workers send the ids along
with their reports.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

PROPERTY = "proves"
# The weightier outcome of two; "not run" stays where a test was collected and no more.
WEIGHTS = {"not run": 0, "skipped": 1, "passed": 2, "failed": 3}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--proofs",
        type=Path,
        metavar="FILE",
        help="write the outcomes of the tests that prove items of the checklist",
    )


def pytest_configure(config: pytest.Config) -> None:
    file = config.getoption("--proofs")
    if file is not None and not hasattr(config, "workerinput"):
        file.unlink(missing_ok=True)  # a run that breaks off leaves none behind
        config.pluginmanager.register(Proofs(file))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    for item in items:
        for one in ids(item):
            item.user_properties.append((PROPERTY, one))


def ids(item: pytest.Item) -> set[str]:
    """The items of the checklist that a test names."""
    return {one for mark in item.iter_markers("proves") for one in mark.args}


def without_parameters(node_id: str) -> str:
    return node_id.partition("[")[0]


class Proofs:
    """Gathers outcomes by id and test, and writes them when the run is over."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.outcomes: dict[str, dict[str, str]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            for one in ids(item):
                self._note(one, item.nodeid, "not run")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Set-up, call and tear-down report one after the other; the worst of them counts."""
        proved = [str(value) for name, value in report.user_properties if name == PROPERTY]
        if report.outcome == "passed" and report.when != "call":
            return
        for one in proved:
            self._note(one, report.nodeid, report.outcome)

    def pytest_sessionfinish(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.outcomes, indent=1, sort_keys=True)
        self.file.write_text(text + "\n", encoding="utf-8")

    def _note(self, one: str, node_id: str, outcome: str) -> None:
        tests = self.outcomes.setdefault(one, {})
        name = without_parameters(node_id)
        tests[name] = max(outcome, tests.get(name, "not run"), key=WEIGHTS.__getitem__)
