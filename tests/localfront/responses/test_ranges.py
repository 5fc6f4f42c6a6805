from __future__ import annotations

from email import message_from_bytes
from email.policy import HTTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.http_messages.messages import Request, Response
from localfront.responses.ranges import (
    MAX_RANGES,
    normalised_range,
    parse_range,
    satisfy_range,
)
from tests.localfront.factories import a_request, a_response
from tests.localfront.streams import Pieces

BODY = bytes(range(100))
MODIFIED = "Mon, 23 Nov 2026 19:24:05 GMT"
HELD = a_response(
    body=BODY,
    headers=[
        ("Content-Type", "image/png"),
        ("Content-Length", "100"),
        ("ETag", '"abc"'),
        ("Last-Modified", MODIFIED),
        ("Cache-Control", "max-age=60"),
    ],
)


def range_request(value: str, *more: tuple[str, str], method: str = "GET") -> Request:
    return a_request(headers=[("Range", value), *more], method=method)


def respond(value: str, *more: tuple[str, str], method: str = "GET") -> Response:
    return satisfy_range(range_request(value, *more, method=method), HELD)


@pytest.mark.parametrize(
    ("value", "content_range", "body"),
    [
        pytest.param("bytes=0-9", "0-9", BODY[:10], id="the first ten"),
        pytest.param("bytes=90-", "90-99", BODY[90:], id="from there on"),
        pytest.param("bytes=-10", "90-99", BODY[-10:], id="the last ten"),
        pytest.param("bytes=99-99", "99-99", BODY[99:], id="one byte"),
        pytest.param("bytes=0-", "0-99", BODY, id="all of it"),
        pytest.param("bytes=-1000", "0-99", BODY, id="a suffix beyond the start"),
        pytest.param(f"bytes=5-{'9' * 3000}", "5-99", BODY[5:], id="a huge number"),
        pytest.param("Bytes=00000005-7", "5-7", BODY[5:8], id="unit in capitals"),
        pytest.param(" bytes= 5-7 ", "5-7", BODY[5:8], id="space around"),
        pytest.param("bytes=5-7,500-600", "5-7", BODY[5:8], id="a part beyond the end"),
    ],
)
@pytest.mark.proves("RG-001")
def test_a_range_of_a_whole_response_is_served_as_206(
    value: str, content_range: str, body: bytes
) -> None:
    partial = respond(value)

    assert (partial.status, partial.held) == (206, body)
    assert partial.headers.get_all("Content-Range") == (f"bytes {content_range}/100",)
    assert partial.headers.get_all("Content-Length") == (str(len(body)),)
    assert partial.headers.get("ETag") == '"abc"'


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("bytes=30-40,10-20", id="descending"),
        pytest.param("bytes=0-20,10-30", id="overlapping"),
        pytest.param("bytes=0-20,20-30", id="overlapping in one byte"),
        pytest.param("bytes=0-,10-20", id="open, then more"),
        pytest.param("bytes=-10,0-5", id="suffix, then more"),
        pytest.param("bytes=-10,-5", id="two suffixes"),
        pytest.param("bytes=0-95,-10", id="a suffix that reaches back"),
        pytest.param("bytes=20-10", id="backwards"),
        pytest.param("bytes=--10", id="negative"),
        pytest.param("bytes=-10-20", id="negative start"),
        pytest.param("bytes=0-5,x-7", id="one of them is none"),
        pytest.param("bytes=0-5,,7-9", id="an empty one"),
        pytest.param("bytes=0-5,", id="a comma at the end"),
        pytest.param("bytes=", id="none"),
        pytest.param("bytes=-", id="a hyphen alone"),
        pytest.param("bytes=0 - 5", id="space inside"),
        pytest.param("bytes=+0-5", id="a sign"),
        pytest.param("bytes=0x0-0xff", id="another base"),
        pytest.param("bytes=\u0660-\u0665", id="digits of another script"),
        pytest.param("bytes 0-5", id="no equals sign"),
        pytest.param("bytes", id="the unit alone"),
        pytest.param("items=0-5", id="another unit"),
        pytest.param("", id="empty"),
    ],
)
@pytest.mark.proves("RG-002")
def test_a_range_that_cloudfront_ignores_gets_the_whole_object(value: str) -> None:
    assert respond(value) is HELD


@pytest.mark.proves("RG-002")
def test_thousands_of_ranges_get_the_whole_object() -> None:
    many = [f"{n * 2}-{n * 2}" for n in range(MAX_RANGES)]

    assert parse_range("bytes=" + ",".join(many)) is not None
    assert parse_range("bytes=" + ",".join([*many, "900-900"])) is None
    assert parse_range("bytes=" + "0-0," * 8000) is None


def test_two_range_lines_get_the_whole_object() -> None:
    request = range_request("bytes=0-5", ("range", "bytes=7-9"))

    assert satisfy_range(request, HELD) is HELD


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
def test_only_get_supports_ranges(method: str) -> None:
    assert respond("bytes=0-5", method=method) is HELD
    assert normalised_range(range_request("bytes=0-5", method=method)) == ""


@pytest.mark.parametrize("value", ["bytes=100-", "bytes=100-200,300-", "bytes=-0"])
def test_a_range_beyond_the_end_gets_416_with_the_length(value: str) -> None:
    refused = respond(value)

    assert (refused.status, refused.held) == (416, b"")
    assert refused.headers.get_all("Content-Range") == ("bytes */100",)
    assert not refused.headers.names() & {
        "content-type",
        "content-length",
        "cache-control",
    }


@pytest.mark.parametrize(("value", "status"), [("bytes=0-", 416), ("bytes=-5", 200)])
def test_any_range_of_an_empty_object_gets_416(value: str, status: int) -> None:
    empty = a_response(body=b"")

    assert satisfy_range(range_request(value), empty).status == status


@pytest.mark.parametrize("status", [206, 301, 403, 404, 500])
def test_only_a_200_response_supports_ranges(status: int) -> None:
    other = a_response(status, BODY)

    assert satisfy_range(range_request("bytes=0-5"), other) is other


@pytest.mark.proves("RG-003")
def test_a_streamed_body_is_sent_whole() -> None:
    whole = Response(status=200, body=Pieces([BODY]))

    assert satisfy_range(range_request("bytes=0-5"), whole) is whole


@pytest.mark.parametrize(
    ("if_range", "status"),
    [
        ('"abc"', 206),
        (MODIFIED, 206),
        ('"other"', 200),
        ('W/"abc"', 200),
        ("abc", 200),
        ("Mon, 23 Nov 2026 19:24:06 GMT", 200),
        ("*", 200),
        ("", 200),
    ],
)
def test_if_range_gets_the_whole_object_after_a_change(if_range: str, status: int) -> None:
    assert respond("bytes=0-5", ("If-Range", if_range)).status == status


def test_a_weak_etag_never_satisfies_if_range() -> None:
    held = a_response(body=BODY, headers=[("ETag", 'W/"abc"')])

    assert satisfy_range(range_request("bytes=0-5", ("If-Range", 'W/"abc"')), held) is held


def test_several_ranges_are_multipart_byteranges() -> None:
    partial = respond("bytes=0-4, 10-14,-5")

    assert partial.status == 206
    assert "Content-Range" not in partial.headers
    assert partial.headers.get("Content-Length") == str(len(partial.held))
    assert parts_of(partial) == [
        ("image/png", "bytes 0-4/100", BODY[:5]),
        ("image/png", "bytes 10-14/100", BODY[10:15]),
        ("image/png", "bytes 95-99/100", BODY[95:]),
    ]


def parts_of(partial: Response) -> list[tuple[str, str, bytes]]:
    """The parts of a multipart body, as a viewer parses it."""
    content_type = partial.headers.get("content-type") or ""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    boundary = content_type.partition("boundary=")[2].encode()
    message = message_from_bytes(head + partial.held, policy=HTTP)
    bodies = [
        part.split(b"\r\n\r\n", 1)[1] for part in partial.held.split(b"\r\n--" + boundary)[1:-1]
    ]
    return [
        (str(part["Content-Type"]), str(part["Content-Range"]), body)
        for part, body in zip(message.iter_parts(), bodies, strict=True)
    ]


BOUNDS = st.integers(min_value=0, max_value=40)


@given(body=st.binary(max_size=40), first=BOUNDS, more=BOUNDS)
def test_a_range_equals_pythons_slice(body: bytes, first: int, more: int) -> None:
    held = a_response(body=body)

    response = satisfy_range(range_request(f"bytes={first}-{first + more}"), held)

    expected = body[first : first + more + 1]
    assert response.held == expected
    assert response.status == (206 if expected else 416)


@given(body=st.binary(min_size=1, max_size=40), count=st.integers(1, 60))
def test_a_suffix_range_equals_pythons_slice(body: bytes, count: int) -> None:
    response = satisfy_range(range_request(f"bytes=-{count}"), a_response(body=body))

    assert (response.status, response.held) == (206, body[-count:])


@given(
    body=st.binary(min_size=1, max_size=40),
    cuts=st.lists(st.integers(0, 60), min_size=4, max_size=8, unique=True).map(sorted),
)
def test_several_ranges_equal_pythons_slices(body: bytes, cuts: list[int]) -> None:
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    wanted = ",".join(f"{first}-{last}" for first, last in pairs)
    expected = [part for a, b in pairs if (part := body[a : b + 1])]

    response = satisfy_range(range_request(f"bytes={wanted}"), a_response(body=body))

    match expected:
        case []:
            assert response.status == 416
        case [only]:
            assert response.held == only
        case _:
            assert all(b"\r\n\r\n" + part + b"\r\n--" in response.held for part in expected)
            assert response.held.count(b"Content-Range: ") >= len(expected)


@given(value=st.text(alphabet="bytes=-, 0123456789", max_size=40))
def test_any_range_text_gets_200_206_or_416(value: str) -> None:
    assert respond(value).status in (200, 206, 416)


@pytest.mark.parametrize("value", ["bytes=0-5,7-", "BYTES=0-5, 7-", " bytes=00-05 ,\t007-"])
@pytest.mark.proves("RG-001")
def test_equal_ranges_have_the_same_text_in_a_cache_key(value: str) -> None:
    assert normalised_range(range_request(value)) == "bytes=0-5,7-"


@pytest.mark.parametrize("value", ["bytes=30-40,10-20", "bytes=0-,5-", "items=0-5"])
@pytest.mark.proves("RG-001", "RG-002")
def test_an_invalid_range_is_not_in_a_cache_key(value: str) -> None:
    assert normalised_range(range_request(value)) == ""
    assert normalised_range(a_request()) == ""
