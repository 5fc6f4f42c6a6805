from __future__ import annotations

import pytest

from localfront.cache.conditional import answer_conditionally, refreshed, revalidation
from localfront.messages import Headers
from tests.localfront.factories import a_request, a_response

MODIFIED = "Mon, 23 Nov 2026 19:24:05 GMT"
EARLIER = "Mon, 23 Nov 2026 19:24:04 GMT"
HELD = a_response(
    headers=[
        ("ETag", '"abc"'),
        ("Last-Modified", MODIFIED),
        ("Content-Type", "text/html"),
        ("Content-Length", "6"),
        ("Cache-Control", "max-age=60"),
    ]
)


def status(*asked: tuple[str, str], method: str = "GET") -> int:
    return answer_conditionally(a_request(headers=asked, method=method), HELD).status


def test_a_304_has_the_validators_but_nothing_of_the_content() -> None:
    request = a_request(headers=[("If-None-Match", '"abc"')])

    answer = answer_conditionally(request, HELD)

    assert (answer.status, answer.body, answer.reason) == (304, b"", "Not Modified")
    assert answer.headers.names() == {"etag", "last-modified", "cache-control"}


@pytest.mark.parametrize(
    "tags", ['"abc"', 'W/"abc"', '"x", "abc"', '"x",W/"abc"', "*", " * "]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_copy_with_the_same_tag_is_still_good(tags: str, method: str) -> None:
    assert status(("If-None-Match", tags), method=method) == 304


@pytest.mark.parametrize("tags", ['"x"', "abc", '"abc', '""', ""])
def test_a_copy_with_another_tag_is_not(tags: str) -> None:
    assert status(("If-None-Match", tags)) == 200


def test_the_tag_takes_precedence_over_the_date() -> None:
    assert status(("If-None-Match", '"x"'), ("If-Modified-Since", MODIFIED)) == 200


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        pytest.param(MODIFIED, 304, id="the same second"),
        pytest.param(EARLIER, 200, id="a second earlier"),
        pytest.param("yesterday", 200, id="no date"),
        pytest.param("Mon, 23 Nov 99999999999 19:24:05 GMT", 200, id="no such year"),
        pytest.param("Mon, 23 Nov 2026 19:24:05 -0000", 200, id="no time zone"),
    ],
)
def test_a_copy_is_good_if_nothing_changed_since_its_date(
    date: str, expected: int
) -> None:
    assert status(("If-Modified-Since", date)) == expected


def test_writing_is_never_answered_with_304() -> None:
    assert status(("If-None-Match", '"abc"'), method="POST") == 200


@pytest.mark.parametrize("error", [403, 404, 500])
def test_an_error_is_never_turned_into_304(error: int) -> None:
    held = a_response(error, headers=[("ETag", '"abc"')])
    request = a_request(headers=[("If-None-Match", '"abc"')])

    assert answer_conditionally(request, held) is held


def test_a_response_without_a_tag_matches_only_the_star() -> None:
    held = a_response()

    for tags, expected in (('"abc"', 200), ("*", 304)):
        request = a_request(headers=[("If-None-Match", tags)])
        assert answer_conditionally(request, held).status == expected


@pytest.mark.proves("CA-021")
def test_an_origin_is_asked_with_the_validators_of_the_copy() -> None:
    assert dict(revalidation(HELD.headers)) == {
        "If-None-Match": '"abc"',
        "If-Modified-Since": MODIFIED,
    }
    assert revalidation(Headers()) == Headers()


@pytest.mark.proves("CA-020")
def test_a_copy_takes_the_headers_of_the_304_that_confirmed_it() -> None:
    confirmed = a_response(
        304,
        b"",
        headers=[("cache-control", "max-age=5"), ("Content-Length", "0")],
    )

    copy = refreshed(HELD, confirmed)

    assert (copy.status, copy.body) == (200, b"a page")
    assert copy.headers.get_all("Cache-Control") == ("max-age=5",)
    assert copy.headers.get("ETag") == '"abc"'
    assert copy.headers.get("Content-Length") == "6"
