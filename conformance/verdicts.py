"""The verdict on each item from its tests' outcomes: proved, left out, or open."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from conformance.checklist import Chapter, Item
from conformance.errors import ConformanceError

LEFT_OUT = Path(__file__).with_name("left_out.toml")

# The outcomes of an item's tests by name: "passed", "failed", "skipped" or "not run".
Outcomes = Mapping[str, Mapping[str, str]]


class State(StrEnum):
    PROVED = "proved"
    LEFT_OUT = "left out"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A verdict. `tests` are those that passed; `reason` says why the item is left out or open."""

    item: Item
    state: State
    tests: tuple[str, ...] = ()
    reason: str = ""


def left_out_reasons() -> dict[str, str]:
    """The reasons for leaving items out, by id."""
    return tomllib.loads(LEFT_OUT.read_text(encoding="utf-8"))


def judge(
    chapters: Sequence[Chapter],
    outcomes: Outcomes,
    left_out: Mapping[str, str],
    *,
    goes_through: Callable[[str], bool] = lambda _: True,
) -> dict[str, Verdict]:
    """A verdict on every item, in the checklist's order.

    `goes_through` says whether a test uses the whole product, not only a part of it. Only such
    tests prove an item. Raises ConformanceError for an id that the checklist does not have, and for
    one that is left out although a test names it.
    """
    items = {item.id: item for chapter in chapters for item in chapter.items}
    _refuse("which a test names, is not in checklist.md", outcomes.keys() - items)
    _refuse("in left_out.toml, is not in checklist.md", left_out.keys() - items)
    _refuse("in left_out.toml, is named by a test", left_out.keys() & outcomes.keys())
    return {
        item.id: _verdict(item, outcomes.get(item.id, {}), left_out.get(item.id), goes_through)
        for item in items.values()
    }


def _refuse(problem: str, ids: set[str]) -> None:
    if ids:
        raise ConformanceError("; ".join(f"{item_id}, {problem}" for item_id in sorted(ids)) + ".")


def _verdict(
    item: Item,
    tests: Mapping[str, str],
    reason: str | None,
    goes_through: Callable[[str], bool],
) -> Verdict:
    if reason is not None:
        return Verdict(item=item, state=State.LEFT_OUT, reason=reason)
    with_outcome = {
        outcome: sorted(name for name, found in tests.items() if found == outcome)
        for outcome in ("passed", "failed", "skipped", "not run")
    }
    passed = tuple(with_outcome.pop("passed"))
    if passed and not with_outcome["failed"]:
        if not any(map(goes_through, passed)):
            return Verdict(
                item=item, state=State.OPEN, reason=f"only of a part: {', '.join(passed)}"
            )
        return Verdict(item=item, state=State.PROVED, tests=passed)
    reasons = [f"{how}: {', '.join(names)}" for how, names in with_outcome.items() if names]
    return Verdict(item=item, state=State.OPEN, reason="; ".join(reasons) or "no test")
