"""A pytest plugin that records the outcomes of tests that name items of the checklist.

`pytest -p conformance.plugin --proofs FILE` writes, for each id of a `proves` mark, the tests with
that mark and their outcomes. A parametrized test counts as one: it failed if any case failed, else
it passed if any case passed. It works under pytest-xdist, too, whose workers send the ids with
their reports.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

PROPERTY = "proves"
# Outcomes in order of precedence; "not run" remains if a test was only collected.
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
        file.unlink(missing_ok=True)  # an aborted run leaves no file
        config.pluginmanager.register(Proofs(file))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    for item in items:
        for item_id in ids(item):
            item.user_properties.append((PROPERTY, item_id))


def ids(item: pytest.Item) -> set[str]:
    """The items of the checklist that a test names."""
    return {item_id for mark in item.iter_markers("proves") for item_id in mark.args}


def without_parameters(node_id: str) -> str:
    return node_id.partition("[")[0]


class Proofs:
    """Collects outcomes by id and test, and writes them at the end of the run."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.outcomes: dict[str, dict[str, str]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            for item_id in ids(item):
                self._note(item_id, item.nodeid, "not run")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Set-up, call and tear-down are reported separately; the worst outcome counts."""
        proved = [str(value) for name, value in report.user_properties if name == PROPERTY]
        if report.outcome == "passed" and report.when != "call":
            return
        for item_id in proved:
            self._note(item_id, report.nodeid, report.outcome)

    def pytest_sessionfinish(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.outcomes, indent=1, sort_keys=True)
        self.file.write_text(text + "\n", encoding="utf-8")

    def _note(self, item_id: str, node_id: str, outcome: str) -> None:
        tests = self.outcomes.setdefault(item_id, {})
        name = without_parameters(node_id)
        tests[name] = max(outcome, tests.get(name, "not run"), key=WEIGHTS.__getitem__)
