from __future__ import annotations

import pytest

from localfront.http_messages.messages import Headers
from localfront.responses.conditional import (
    apply_conditions,
    refreshed,
    revalidation,
)
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


def status(*conditions: tuple[str, str], method: str = "GET") -> int:
    return apply_conditions(a_request(headers=conditions, method=method), HELD).status


def test_a_304_has_the_validators_but_no_content_headers() -> None:
    request = a_request(headers=[("If-None-Match", '"abc"')])

    response = apply_conditions(request, HELD)

    assert (response.status, response.body, response.reason) == (304, b"", "Not Modified")
    assert response.headers.names() == {"etag", "last-modified", "cache-control"}


@pytest.mark.parametrize("tags", ['"abc"', 'W/"abc"', '"x", "abc"', '"x",W/"abc"', "*", " * "])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_matching_etag_gets_304(tags: str, method: str) -> None:
    assert status(("If-None-Match", tags), method=method) == 304


@pytest.mark.parametrize("tags", ['"x"', "abc", '"abc', '""', ""])
def test_a_different_etag_gets_the_object(tags: str) -> None:
    assert status(("If-None-Match", tags)) == 200


def test_if_none_match_takes_precedence_over_if_modified_since() -> None:
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
def test_an_object_unmodified_since_the_date_gets_304(date: str, expected: int) -> None:
    assert status(("If-Modified-Since", date)) == expected


def test_unsafe_methods_never_get_304() -> None:
    assert status(("If-None-Match", '"abc"'), method="POST") == 200


@pytest.mark.parametrize("error", [403, 404, 500])
def test_an_error_is_never_turned_into_304(error: int) -> None:
    held = a_response(error, headers=[("ETag", '"abc"')])
    request = a_request(headers=[("If-None-Match", '"abc"')])

    assert apply_conditions(request, held) is held


@pytest.mark.parametrize("tags", ['"abc"', "*"])
def test_without_an_etag_of_the_origin_the_viewers_etags_are_ignored(tags: str) -> None:
    held = a_response()

    for name in ("If-None-Match", "If-Match"):
        request = a_request(headers=[(name, tags)])
        assert apply_conditions(request, held) is held


def test_a_comma_inside_an_etag_is_part_of_it() -> None:
    held = a_response(headers=[("ETag", '"a,b"')])

    for tags, expected in (('"x", "a,b"', 304), ('"a', 200), ('"a","b"', 200)):
        request = a_request(headers=[("If-None-Match", tags)])
        assert apply_conditions(request, held).status == expected


def test_etags_on_several_lines_are_combined() -> None:
    assert status(("If-None-Match", '"x"'), ("if-none-match", 'W/"abc"')) == 304


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        pytest.param([("If-Match", '"abc"')], 200, id="the same tag"),
        pytest.param([("If-Match", '"x", "abc"')], 200, id="one of several"),
        pytest.param([("If-Match", "*")], 200, id="any"),
        pytest.param([("If-Match", '"x"')], 412, id="another tag"),
        pytest.param([("If-Match", 'W/"abc"')], 412, id="a weak tag is no proof"),
        pytest.param([("If-Match", "")], 412, id="no tag"),
        pytest.param([("If-Unmodified-Since", MODIFIED)], 200, id="unmodified"),
        pytest.param([("If-Unmodified-Since", EARLIER)], 412, id="modified"),
        pytest.param([("If-Unmodified-Since", "yesterday")], 200, id="no date"),
        pytest.param(
            [("If-Match", '"abc"'), ("If-Unmodified-Since", EARLIER)],
            200,
            id="the tag takes precedence",
        ),
        pytest.param([("If-Match", '"x"'), ("If-None-Match", '"abc"')], 412, id="412 before 304"),
        pytest.param([("If-Match", '"abc"'), ("If-None-Match", '"abc"')], 304, id="then 304"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_if_match_with_another_etag_gets_412(
    conditions: list[tuple[str, str]], expected: int, method: str
) -> None:
    assert status(*conditions, method=method) == expected


def test_a_weak_etag_never_satisfies_if_match() -> None:
    held = a_response(headers=[("ETag", 'W/"abc"')])
    request = a_request(headers=[("If-Match", 'W/"abc"')])

    assert apply_conditions(request, held).status == 412


def test_a_412_has_no_content_headers() -> None:
    response = apply_conditions(a_request(headers=[("If-Match", '"x"')]), HELD)

    assert (response.body, response.reason) == (b"", "Precondition Failed")
    assert response.headers.names() == {"etag", "last-modified", "cache-control"}


@pytest.mark.parametrize("condition", [("If-None-Match", '"abc"'), ("If-Modified-Since", MODIFIED)])
@pytest.mark.proves("RG-004")
def test_with_cookies_forwarded_there_is_no_304(condition: tuple[str, str]) -> None:
    request = a_request(headers=[condition])

    assert apply_conditions(request, HELD, cookies_forwarded=True) is HELD
    assert apply_conditions(request, HELD).status == 304


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE", "OPTIONS"])
def test_conditions_of_unsafe_methods_are_left_to_the_origin(method: str) -> None:
    for condition in (("If-Match", '"x"'), ("If-None-Match", "*")):
        assert status(condition, method=method) == 200


def test_thousands_of_unclosed_etags_are_parsed_quickly() -> None:
    assert status(("If-None-Match", '"' + 'W/"x,' * 6000)) == 200


@pytest.mark.proves("CA-021")
def test_a_revalidation_has_the_validators_of_the_stored_object() -> None:
    assert dict(revalidation(HELD.headers)) == {
        "If-None-Match": '"abc"',
        "If-Modified-Since": MODIFIED,
    }
    assert revalidation(Headers()) == Headers()


@pytest.mark.proves("CA-020")
def test_a_stored_object_gets_the_headers_of_the_304() -> None:
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


@pytest.mark.proves("CM-009", "CM-006")
def test_a_compressed_object_stays_compressed_after_a_304() -> None:
    copy = a_response(
        headers=[
            ("Content-Encoding", "br"),
            ("ETag", 'W/"abc"'),
            ("Vary", "Cookie"),
            ("Vary", "Accept-Encoding"),
        ]
    )
    confirmed = a_response(304, b"", headers=[("ETag", '"abc"'), ("Vary", "Cookie")])

    after = refreshed(copy, confirmed)

    assert after == copy


@pytest.mark.proves("CM-009")
def test_an_uncompressed_object_stays_uncompressed_after_a_304() -> None:
    after = refreshed(HELD, a_response(304, b"", headers=[("ETag", '"abc"')]))

    assert after == HELD
