"""The objects that an invalidation's items match."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.cache.invalidation import named_by, normalised, tags_of
from localfront.http_messages.messages import Headers

NO_TAGS: frozenset[str] = frozenset()


def drops(item: str, uri: str, tags: frozenset[str] = NO_TAGS) -> bool:
    return named_by([item]).names(uri, "", tags)


@pytest.mark.parametrize(
    ("item", "uri", "is_dropped"),
    [
        ("/caf%C3%A9", "/caf%C3%A9", True),
        ("/caf%c3%a9", "/caf%C3%A9", True),
        ("/café", "/caf%C3%A9", True),
        ("/caf%C3%A9", "/café", True),  # a function's uri
        ("/a b", "/a%20b", True),
        ("/a%20b*", "/a bc", True),
        ("/100%", "/100%25", True),
        ("/a%61", "/aa", False),  # only unsafe characters are to be encoded
        ("/a%2Fb", "/a/b", False),
        ("/images", "/images/", False),
        ("/images/", "/images", False),
    ],
)
@pytest.mark.proves("IN-006")
def test_paths_compare_with_non_ascii_and_unsafe_characters_encoded(
    item: str, uri: str, is_dropped: bool
) -> None:
    assert drops(item, uri) is is_dropped


@pytest.mark.parametrize("item", ["/~kirk/a", "/%7Ekirk/a", "/%7ekirk/*", "/~kirk/a*"])
@pytest.mark.proves("IN-006")
def test_a_tilde_is_not_supported_however_it_is_written(item: str) -> None:
    assert not drops(item, "/~kirk/a")
    assert not drops(item, "/%7Ekirk/a")
    assert named_by([item]).unsupported == (item,)


@pytest.mark.proves("IN-006")
def test_a_wildcard_before_a_tilde_matches_it() -> None:
    assert drops("/*", "/~kirk/a")


@given(st.text())
def test_path_normalization_is_idempotent(path: str) -> None:
    once = normalised(path.encode("utf-8", "replace").decode())

    assert once.isascii()
    assert normalised(once) == once


@pytest.mark.parametrize("item", ["#product:tv", "#Product:TV"])
@pytest.mark.proves("IN-008", "IN-009")
def test_a_tag_invalidates_every_object_that_has_it_in_any_case(item: str) -> None:
    tags = tags_of(Headers.of([("Cache-Tag", "brand:a, PRODUCT:tv")]), "cache-tag")

    assert drops(item, "/anything", tags)
    assert not drops(item, "/product:tv")


@pytest.mark.proves("IN-009")
def test_a_star_in_a_tag_is_literal() -> None:
    assert not drops("#product:*", "/a", frozenset({"product:tv"}))
    assert drops("#product:*", "/a", frozenset({"product:*"}))


@pytest.mark.proves("IN-010")
def test_the_first_fifty_tags_of_all_header_lines_are_used() -> None:
    lines = [("Cache-Tag", ",".join(f"t{n}" for n in range(30))), ("cache-tag", "u,,v")]
    lines += [("Cache-Tag", ",".join(f"w{n}" for n in range(30)))]

    tags = tags_of(Headers.of(lines), "Cache-Tag")

    assert len(tags) == 50
    assert {"t0", "t29", "u", "v", "w0", "w17"} <= tags
    assert "w18" not in tags


@pytest.mark.parametrize("tag", ["x" * 257, "a b", "caf\u00e9", "\x01"])
@pytest.mark.proves("IN-010")
def test_a_malformed_tag_is_ignored(tag: str) -> None:
    assert tags_of(Headers.of([("Cache-Tag", f"{tag},kept")]), "Cache-Tag") == {"kept"}


@pytest.mark.proves("IN-008")
def test_without_a_cache_tag_config_there_are_no_tags() -> None:
    assert tags_of(Headers.of([("Cache-Tag", "a")]), None) == NO_TAGS
