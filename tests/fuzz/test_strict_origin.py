"""The origin that reports every ambiguous request."""

from __future__ import annotations

import pytest

from fuzz.findings import Problem
from fuzz.strict_origin import Requests

HEAD = b"%b /a HTTP/1.1\r\nHost: a\r\n"


def fed(data: bytes) -> tuple[list[tuple[bytes, bytes]], list[Problem]]:
    complaints: list[Problem] = []
    return list(Requests(complaints).feed(data)), complaints


def test_valid_requests_are_accepted_one_after_the_other() -> None:
    data = HEAD % b"GET" + b"\r\n" + HEAD % b"PUT" + b"Content-Length: 3\r\n\r\nabc"
    data += HEAD % b"POST" + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"

    taken, complaints = fed(data)

    assert taken == [(b"GET", b"/a"), (b"PUT", b"/a"), (b"POST", b"/a")]
    assert complaints == []


def test_headers_changed_by_a_function_may_be_utf8() -> None:
    taken, complaints = fed(b"GET /?\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n")

    assert taken == [(b"GET", b"/?\xc3\xa9")]
    assert complaints == []


def test_a_request_is_accepted_when_its_body_is_complete() -> None:
    requests = Requests([])

    assert list(requests.feed(HEAD % b"PUT" + b"Content-Length: 3\r\n\r\nab")) == []
    assert list(requests.feed(b"c")) == [(b"PUT", b"/a")]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "request line"),
        (b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", "request line"),
        (b"GET /a HTTP/1.0\r\nHost: a\r\n\r\n", "request line"),
        (b"GET /a HTTP/1.1\r\nHost: a\r\nA b: c\r\n\r\n", "header line"),
        (b"GET /a HTTP/1.1\r\nHost: a\r\nA: b\nC: d\r\n\r\n", "header line"),
        (b"GET /a HTTP/1.1\r\n\r\n", "Host"),
        (b"GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "Host"),
        (HEAD % b"PUT" + b"Content-Length: +3\r\n\r\nabc", "framing"),
        (
            HEAD % b"PUT" + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            "framing",
        ),
        (
            HEAD % b"PUT" + b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n",
            "chunk",
        ),
    ],
)
def test_an_invalid_request_is_reported(data: bytes, what: str) -> None:
    taken, complaints = fed(data)

    assert taken == []
    assert [problem.signature for problem in complaints] == [f"to the origin: {what}"]
