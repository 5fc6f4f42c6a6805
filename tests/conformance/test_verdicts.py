from __future__ import annotations

from collections.abc import Mapping

import pytest

from conformance.checklist import Chapter, Item
from conformance.errors import ConformanceError
from conformance.verdicts import State, Verdict, judge

CHAPTERS = [
    Chapter(
        code="VP",
        title="Viewer protocol",
        items=(Item(id="VP-001", priority="A", behavior="GET.", source="page"),),
    )
]


def verdict(tests: Mapping[str, str]) -> Verdict:
    return judge(CHAPTERS, {"VP-001": tests} if tests else {}, {})["VP-001"]


def test_an_item_with_a_passing_test_is_proved() -> None:
    found = verdict({"t::b": "passed", "t::a": "passed", "t::c": "skipped"})

    assert (found.state, found.tests) == (State.PROVED, ("t::a", "t::b"))


@pytest.mark.parametrize(
    ("tests", "reason"),
    [
        pytest.param({}, "no test", id="no test"),
        pytest.param({"t::a": "failed"}, "failed: t::a", id="it failed"),
        pytest.param({"t::a": "skipped"}, "skipped: t::a", id="it was skipped"),
        pytest.param({"t::a": "not run"}, "not run: t::a", id="it was not run"),
        pytest.param({"t::a": "passed", "t::b": "failed"}, "failed: t::b", id="another failed"),
    ],
)
def test_only_a_passing_test_proves_an_item(tests: Mapping[str, str], reason: str) -> None:
    found = verdict(tests)

    assert (found.state, found.tests, found.reason) == (State.OPEN, (), reason)


def test_an_omitted_item_has_its_reason() -> None:
    found = judge(CHAPTERS, {}, {"VP-001": "Nobody asks."})["VP-001"]

    assert (found.state, found.reason) == (State.LEFT_OUT, "Nobody asks.")


def test_a_test_may_not_name_an_unknown_id() -> None:
    with pytest.raises(ConformanceError, match="VP-099, which a test names"):
        judge(CHAPTERS, {"VP-099": {"t::a": "passed"}}, {})


def test_an_unknown_id_cannot_be_omitted() -> None:
    with pytest.raises(ConformanceError, match=r"VP-099, in left_out\.toml"):
        judge(CHAPTERS, {}, {"VP-099": "Nobody asks."})


def test_an_omitted_item_cannot_have_a_test() -> None:
    outcomes = {"VP-001": {"t::a": "not run"}}

    with pytest.raises(ConformanceError, match=r"VP-001, .* is named by a test"):
        judge(CHAPTERS, outcomes, {"VP-001": "Nobody asks."})


@pytest.mark.parametrize("priority", ["A", "B", "C"])
def test_a_test_of_an_internal_part_proves_nothing(priority: str) -> None:
    item = Item(id="VP-001", priority=priority, behavior="GET.", source="page")
    chapters = [Chapter(code="VP", title="Viewer protocol", items=(item,))]
    tests = {"VP-001": {"t::part": "passed"}}

    found = judge(chapters, tests, {}, goes_through=lambda test: test == "t::whole")["VP-001"]
    beside = judge(
        chapters,
        {"VP-001": {"t::part": "passed", "t::whole": "passed"}},
        {},
        goes_through=lambda test: test == "t::whole",
    )["VP-001"]

    assert found.state is State.OPEN
    assert beside.state is State.PROVED
