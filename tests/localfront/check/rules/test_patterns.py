"""Whether one path pattern covers another, compared with all short paths."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.check.rules.patterns import covers
from localfront.routing.behaviors import matches

PATTERNS = st.text(alphabet="ab*?", max_size=6)
# `#` is in no pattern: it stands for every letter that no pattern contains.
PATHS = tuple(
    "/" + "".join(letters)
    for length in range(8)
    for letters in itertools.product("ab#", repeat=length)
)


@pytest.mark.proves("RT-001", "RT-002")
@given(PATTERNS, PATTERNS)
def test_a_pattern_covers_another_when_it_matches_every_path_of_it(
    pattern: str, other: str
) -> None:
    brute = all(matches(pattern, path) for path in PATHS if matches(other, path))

    assert covers(pattern, other) == brute


@given(PATTERNS)
def test_a_pattern_covers_itself_and_more_specific_ones(pattern: str) -> None:
    assert covers(pattern, pattern)
    assert covers("*", pattern)
    assert covers(pattern, pattern.replace("*", "").replace("?", "a"))


@pytest.mark.proves("RT-003", "RT-004")
@pytest.mark.parametrize(
    ("pattern", "other", "response"),
    [
        ("/api/*", "api/login", True),
        ("api/*", "/api/*", True),
        ("*", "/api/*", True),
        ("/api/*", "*", False),
        ("*.jpg", "images/*.jpg", True),
        ("images/*.jpg", "*.jpg", False),
        ("*.jpg", "*.JPG", False),
        ("*??", "?*?", True),
        ("a??*", "a*b*c", True),
        ("a???*", "a*b*c", False),
        ("?", "*", False),
        ("/a*b", "/a*c*b", True),
    ],
)
def test_pattern_coverage_agrees_with_the_matching_of_paths(
    pattern: str, other: str, response: bool
) -> None:
    assert covers(pattern, other) is response


def test_hostile_patterns_of_the_maximum_length_are_compared_quickly() -> None:
    """A deterministic automaton for them would have 2^250 states."""
    hostile = "*a" + "?" * 253
    many = "*a" * 127

    assert covers(hostile, hostile)
    assert covers(many + "*", many)
    assert not covers(many, many + "*")
