from __future__ import annotations

import time
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from localfront.routing.behaviors import choose, matches, normalize
from tests.localfront.factories import a_behavior

API = a_behavior("/api/*", target_origin_id="api")
GIF = a_behavior("*.gif", target_origin_id="images")
SITE = a_behavior("*")


@pytest.mark.proves("RT-001")
def test_the_first_matching_behavior_wins() -> None:
    assert choose("/api/cat.gif", (API, GIF, SITE)).behavior is API
    assert choose("/api/cat.gif", (GIF, API, SITE)).behavior is GIF


@pytest.mark.proves("RT-001")
def test_the_default_behavior_serves_what_no_pattern_matches() -> None:
    match = choose("/index.html", (API, GIF, SITE))

    assert match.behavior is SITE
    assert match.passed_over == ("/api/*", "*.gif")


def test_the_patterns_before_the_match_are_listed() -> None:
    assert choose("/cat.gif", (API, GIF, SITE)).passed_over == ("/api/*",)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        pytest.param("images/*.jpg", "/images/a/b.jpg", id="star crosses slashes"),
        pytest.param("a*.jpg", "/abra/cadabra/magic.jpg", id="star in sub-folders"),
        pytest.param("images/*", "/images/", id="star may match nothing"),
        pytest.param("/a??.jpg", "/ant.jpg", id="question mark is one character"),
        pytest.param("/a?b", "/a/b", id="question mark crosses slashes"),
        pytest.param("*", "/", id="star alone matches the root"),
        pytest.param("*.doc?", "/x.docx", id="question mark at the end"),
        pytest.param("/a.b", "/a.b", id="a pattern without wildcards"),
        pytest.param("/**/x", "/a/x", id="two stars in a row"),
        pytest.param("/a*b*c", "/aXbXbXc", id="the piece between may come again"),
        pytest.param("/$~\"'@:+&-_", "/$~\"'@:+&-_", id="allowed signs are literal"),
    ],
)
@pytest.mark.proves("RT-002", "RT-006")
def test_a_pattern_matches(pattern: str, path: str) -> None:
    assert matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        pytest.param("*.doc?", "/x.doc", id="question mark is never nothing"),
        pytest.param("*.doc?", "/x.docxx", id="question mark is never two"),
        pytest.param("/api/*", "/api", id="the slash before the star counts"),
        pytest.param("/api", "/api/x", id="a prefix is not enough"),
        pytest.param("/api/*", "/v1/api/x", id="nor is a part in the middle"),
        pytest.param("/a.b", "/aXb", id="a dot is a dot"),
        pytest.param("/a*b*b", "/ab", id="pieces don't overlap"),
        pytest.param("/a\n", "/a", id="no line end is added"),
    ],
)
@pytest.mark.proves("RT-006")
def test_a_pattern_must_match_the_whole_path(pattern: str, path: str) -> None:
    assert not matches(pattern, path)


@pytest.mark.proves("RT-003")
def test_matching_is_case_sensitive() -> None:
    assert matches("*.jpg", "/logo.jpg")
    assert not matches("*.jpg", "/LOGO.JPG")


@pytest.mark.parametrize("pattern", ["images/*", "*product.jpg", "*", "a?c"])
@pytest.mark.parametrize("path", ["/images/x", "/product.jpg", "/x/product.jpg", "/abc", "/images"])
@pytest.mark.proves("RT-004")
def test_a_leading_slash_in_a_pattern_is_optional(pattern: str, path: str) -> None:
    assert matches(pattern, path) == matches("/" + pattern, path)


# The slash in front is optional in a pattern, so the oracle is given it.
PATTERNS = st.text(alphabet="ab/*?.", max_size=8).map(lambda text: "/" + text.lstrip("/"))
PATHS = st.text(alphabet="ab/.\n", max_size=10).map(lambda text: "/" + text)


def recursive_match(pattern: str, path: str) -> bool:
    """The documented rule, one character at a time."""

    @cache
    def rest(i: int, j: int) -> bool:
        if i == len(pattern):
            return j == len(path)
        if pattern[i] == "*":
            return rest(i + 1, j) or (j < len(path) and rest(i, j + 1))
        return j < len(path) and pattern[i] in ("?", path[j]) and rest(i + 1, j + 1)

    return rest(0, 0)


@given(PATTERNS, PATHS)
@example("/*a*ab", "/aab")
@pytest.mark.proves("RT-002", "RT-006")
def test_patterns_match_as_a_simple_recursive_matcher_does(pattern: str, path: str) -> None:
    assert matches(pattern, path) == recursive_match(pattern, path)


@given(st.text(max_size=20))
def test_any_text_matches_itself_as_a_pattern(text: str) -> None:
    assert matches(text, "/" + text.removeprefix("/"))


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        pytest.param("*a" * 127 + "b", "/" + "a" * 8000, id="many stars"),
        pytest.param("*" + "a?" * 120 + "b", "/" + "a" * 8000, id="question marks"),
        pytest.param("*" * 254 + "b", "/" + "a" * 8000, id="stars in a row"),
        pytest.param("/*/*/*/*/*/*/*/*/x", "/" * 8000, id="slashes"),
    ],
)
def test_a_hostile_pattern_or_path_is_matched_quickly(pattern: str, path: str) -> None:
    began = time.process_time()

    assert not matches(pattern, path)
    assert time.process_time() - began < 2  # seconds; with backtracking it is years


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("/", "/"),
        ("", "/"),
        ("///", "/"),
        ("/a/b", "/a/b"),
        ("/a//b", "/a/b"),
        ("/a/./b", "/a/b"),
        ("/a/../b", "/b"),
        ("/a/b/..", "/a/"),
        ("/a/b/.", "/a/b/"),
        ("/a/b/", "/a/b/"),
        ("/../../a", "/a"),
        ("/..", "/"),
        ("/a/...", "/a/..."),
        ("/a/..b", "/a/..b"),
        ("/a/%2e%2e/b", "/a/%2e%2e/b"),
    ],
)
@pytest.mark.proves("RT-007")
def test_a_path_is_normalised_for_matching(uri: str, path: str) -> None:
    assert normalize(uri) == path


URIS = st.lists(st.sampled_from(["", ".", "..", "a", "...", "%2e", "b.c"])).map(
    lambda segments: "/" + "/".join(segments)
)


@given(URIS)
@pytest.mark.proves("RT-007")
def test_a_normalised_path_has_no_dot_segments_and_no_empty_ones(uri: str) -> None:
    path = normalize(uri)

    assert path.startswith("/")
    assert not {".", ".."} & set(path.split("/"))
    assert "//" not in path


@given(URIS)
def test_path_normalisation_is_idempotent(uri: str) -> None:
    assert normalize(normalize(uri)) == normalize(uri)


@pytest.mark.proves("RT-007")
def test_a_path_with_dot_segments_is_matched_after_resolving_them() -> None:
    a, ab = a_behavior("/a*"), a_behavior("/a/b*")

    assert choose("/a/b/..", (ab, a, SITE)).behavior is a


@pytest.mark.parametrize("uri", ["/x/../api/me", "//api/me", "/./api//me"])
@pytest.mark.proves("RT-007")
def test_no_encoding_of_a_path_bypasses_its_behavior(uri: str) -> None:
    assert choose(uri, (API, SITE)).behavior is API
