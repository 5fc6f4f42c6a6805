"""Faults in the bytes of a response."""

from __future__ import annotations

import pytest

from fuzz.responses import FinalResponse, MalformedError, problem_of, read_response

ID = b"X-Amz-Cf-Id: a\r\n"


def whole(data: bytes) -> FinalResponse:
    response = read_response(data, to_head=False)
    assert response is not None
    return response


def problem(data: bytes, given: bytes = b"GET / HTTP/1.1\r\n\r\n") -> str | None:
    found = problem_of(whole(data), given)
    return None if found is None else found.signature


def test_a_response_ends_at_its_content_length_and_the_rest_is_kept() -> None:
    response = whole(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef")

    assert (response.body, response.rest, response.whole) == (b"abc", b"def", True)


def test_a_chunked_response_ends_with_the_last_chunk() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    assert not whole(head + b"3\r\nabc\r\n").whole
    assert whole(head + b"3\r\nabc\r\n0\r\n\r\nx").rest == b"x"


def test_interim_responses_are_skipped() -> None:
    data = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"

    assert whole(data).status == 204
    assert read_response(data[:25], to_head=False) is None


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"HTTP/0.9 200 OK\r\n\r\n", "no status line"),
        (b"<html>", "no status line"),
        (b"HTTP/1.1 200 OK\r\nA b: c\r\n\r\n", "a header line"),
        (b"HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n", "a header line"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "a length"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "framed in two ways",
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", "a chunk"),
    ],
)
def test_bytes_that_are_not_http_are_malformed(data: bytes, what: str) -> None:
    with pytest.raises(MalformedError, match=what):
        read_response(data, to_head=False)


def test_localfronts_own_response_is_correct() -> None:
    data = b"HTTP/1.1 200 OK\r\n" + ID + b"Content-Length: 0\r\n\r\n"

    assert problem(data) is None


@pytest.mark.parametrize(
    ("data", "signature"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "no X-Amz-Cf-Id, status 400"),
        (b"HTTP/1.1 500 Internal\r\n" + ID + b"\r\n", "status 500"),
        (
            b"HTTP/1.1 502 Bad Gateway\r\nX-Cache: Error from cloudfront\r\n"
            + ID
            + b"\r\n"
            + b"a" * 20_000,
            "an error page that quotes all",
        ),
    ],
)
def test_a_response_that_localfront_should_not_send_is_reported(
    data: bytes, signature: str
) -> None:
    assert problem(data) == signature


def test_a_mark_is_the_viewers_own_or_anothers() -> None:
    data = b"HTTP/1.1 200 OK\r\n" + ID + b"\r\nfor /mark000000000012x"

    assert problem(data, b"GET /mark000000000012x HTTP/1.1\r\n\r\n") is None
    assert problem(data, b"GET /mark000000000013x HTTP/1.1\r\n\r\n") == "another's response"


def test_a_function_may_be_configured_to_respond_with_500() -> None:
    data = b"HTTP/1.1 500 Internal\r\n" + ID + b"\r\n"

    assert problem(data, b'X-Mutation: [[["status"], 500]]\r\n\r\n') is None
