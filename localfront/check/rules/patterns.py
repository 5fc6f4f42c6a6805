"""Whether one path pattern covers everything that another one matches.

Source: CloudFront Developer Guide, "Cache behavior settings", path pattern (RT-001, RT-002, RT-004,
RT-006).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

RUN = re.compile(r"[*?]+|[^*?]")


def covers(pattern: str, other: str) -> bool:
    """Whether `pattern` matches every path that `other` matches; in quadratic time.

    The other pattern is treated as a text in which `*` and `?` are special characters: only a `*`
    matches `*`, and no literal character matches `?`.
    """
    steps = tuple(_steps(_rooted(pattern)))
    places = _onward({0}, steps)
    for character in _rooted(other):
        places = _onward({to for at in places for to in _after(at, steps, character)}, steps)
        if not places:
            return False
    return len(steps) in places


@dataclass(frozen=True, slots=True)
class _Step:
    """One character of a pattern: a literal, any one, or, with `repeats`, any number.

    `within` says that a `*` follows before the next literal: adjacent `?` and `*` match a minimum
    number of characters, in any order, so a run may also be matched before the `?`.
    """

    letter: str | None = None
    repeats: bool = False
    within: bool = False


def _rooted(pattern: str) -> str:
    return "/" + pattern.removeprefix("/")


def _steps(pattern: str) -> Iterator[_Step]:
    for run in RUN.findall(pattern):
        if run[0] not in "*?":
            yield _Step(letter=run)
            continue
        endless = "*" in run
        yield from [_Step(within=endless)] * run.count("?")
        if endless:
            yield _Step(repeats=True)


def _after(at: int, steps: tuple[_Step, ...], character: str) -> Iterator[int]:
    """The positions after one character of the other pattern."""
    if at == len(steps):
        return
    step = steps[at]
    if step.repeats or (step.within and character == "*"):
        yield at
    elif (step.letter is None and character != "*") or step.letter == character:
        yield at + 1


def _onward(places: set[int], steps: tuple[_Step, ...]) -> set[int]:
    """The positions, plus those after a `*`, which may match nothing; none are adjacent."""
    return places | {at + 1 for at in places if at < len(steps) and steps[at].repeats}
