"""A function's result as a response."""

from __future__ import annotations

from typing import Any

import pytest

from localfront.http_messages.messages import Response
from localfront.lambda_origins.results import (
    MalformedResultError,
    response_of_format_1,
    response_of_format_2,
)


def format_2(result: object) -> Response:
    return response_of_format_2(result, content_type="text/plain")


@pytest.mark.parametrize(
    ("result", "body"),
    [
        ("Hello, world!", b'"Hello, world!"'),
        ({"message": "Hello"}, b'{"message":"Hello"}'),
        ([1, "é"], '[1,"é"]'.encode()),
        (None, b"null"),
    ],
)
def test_without_a_status_the_result_is_json_with_200(result: object, body: bytes) -> None:
    response = format_2(result)

    assert (response.status, response.held) == (200, body)
    assert response.headers.get("content-type") == "application/json"


def test_a_response_without_a_content_type_gets_the_default() -> None:
    assert format_2({"statusCode": 204}).headers.get("content-type") == "text/plain"


def test_a_multi_value_header_replaces_the_single_value() -> None:
    result = {
        "statusCode": "201",
        "headers": {"x-a": "0", "X-B": True, "Content-Length": "9"},
        "multiValueHeaders": {"X-A": ["1", 2]},
        "body": "YQ==",
        "isBase64Encoded": True,
    }

    response = response_of_format_1(result, decodes=True)

    assert (response.status, response.held) == (201, b"a")
    assert response.headers.get_all("x-a") == ("1", "2")
    assert response.headers.get("x-b") == "true"
    assert "content-length" not in response.headers
    assert response_of_format_1(result, decodes=False).held == b"YQ=="


@pytest.mark.parametrize(
    "wrong",
    [
        {"statusCode": "abc"},
        {"statusCode": True},
        {"statusCode": 99},
        {"statusCode": "0200999"},
        {"headers": {"Transfer-Encoding ": "chunked"}},
        {"headers": {"Content-Length: 3, X": "1"}},
        {"headers": {"": "1"}},
        {"headers": {"a": "\x1b[31m"}},
        {"headers": {"a": "\ud800"}},
        {"multiValueHeaders": {"a\r\nset-cookie": ["b=1"]}},
        {"body": {"a": 1}},
        {"body": "no base64", "isBase64Encoded": True},
        {"headers": ["a"]},
        {"headers": {"a": {"b": 1}}},
        {"headers": {"a": "1\r\nset-cookie: b=1"}},
        {"headers": {"a": None}},
        {"multiValueHeaders": {"a": "1"}},
        {"body": "x" * (6 * 1024 * 1024 + 1)},
    ],
)
@pytest.mark.proves("AG-006")
def test_an_invalid_response_is_malformed(wrong: dict[str, Any]) -> None:
    with pytest.raises(MalformedResultError):
        response_of_format_1({"statusCode": 200, **wrong}, decodes=True)


@pytest.mark.parametrize("result", [None, "text", [], {"body": "without a status"}])
@pytest.mark.proves("AG-006")
def test_format_1_needs_a_status(result: object) -> None:
    with pytest.raises(MalformedResultError, match="statusCode"):
        response_of_format_1(result, decodes=True)


def test_cookies_that_are_not_a_list_are_malformed() -> None:
    with pytest.raises(MalformedResultError, match="cookies"):
        format_2({"statusCode": 200, "cookies": "a=1"})


def test_a_plain_json_result_is_limited_in_size_too() -> None:
    with pytest.raises(MalformedResultError, match="bytes"):
        format_2("x" * (6 * 1024 * 1024))
