"""Results of functions that are responses: generated ones, and changed ones."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from localfront.cloudfront_functions.function_results import (
    read_viewer_request_result,
    read_viewer_response_result,
)
from localfront.errors import FunctionValidationError
from localfront.http_messages.messages import Headers, Response
from localfront.profiles import CLASSIC, PROFILE_2026, Profile
from tests.localfront.cloudfront_functions.running import request_event, response_event
from tests.localfront.factories import a_request, a_response


class OnItsWay:
    """A streamed body that must not be read here."""

    length = 6

    def __aiter__(self) -> AsyncIterator[bytes]:
        raise AssertionError("somebody read the body")

    async def aclose(self) -> None:
        raise AssertionError("somebody closed the body")


def generated(**response: Any) -> Response:
    request = a_request()
    result = read_viewer_request_result(request_event(request), response, request)
    assert isinstance(result, Response)
    return result


def changed(response: Response, *, profile: Profile = PROFILE_2026, **changes: Any) -> Response:
    event = response_event(response)
    returned = {**copy.deepcopy(event["response"]), **changes}
    return read_viewer_response_result(event, returned, response, profile=profile)


# Made by a viewer-request function


@pytest.mark.proves("FN-007")
def test_a_function_may_generate_the_response() -> None:
    response = generated(
        statusCode=302,
        statusDescription="Found",
        headers={
            "location": {"value": "/login"},
            "cache-control": {"value": "no-store"},
        },
    )

    assert response == Response(
        status=302,
        reason="Found",
        headers=response.headers,
    )
    assert response.headers.lines == (
        ("Location", "/login"),
        ("Cache-Control", "no-store"),
    )


@pytest.mark.proves("FN-007")
@pytest.mark.parametrize(
    "body",
    ["héllo", {"data": "héllo"}, {"encoding": "text", "data": "héllo"},
     {"encoding": "base64", "data": "aMOpbGxv"}],
)  # fmt: skip
def test_a_body_is_text_or_base64(body: object) -> None:
    assert generated(statusCode=200, body=body).held == "héllo".encode()


@pytest.mark.proves("FN-007", "FN-012")
@pytest.mark.parametrize(
    "body",
    [None, 1, [], {"encoding": "base64", "data": "a b"}, {"encoding": "hex"},
     {"encoding": "base64", "data": "YQ"}, {"data": 1}, "\ud800"],
)  # fmt: skip
def test_any_other_body_is_refused(body: object) -> None:
    with pytest.raises(FunctionValidationError) as error:
        generated(statusCode=200, body=body)

    assert error.value.rule == "FN-007"


@pytest.mark.proves("FN-007")
@pytest.mark.parametrize("status", ["302", 302.5, True, None, 0, 101, 600])
def test_a_status_is_a_whole_number_from_200_to_599(status: object) -> None:
    with pytest.raises(FunctionValidationError, match="statusCode"):
        generated(statusCode=status)


@pytest.mark.parametrize("reason", [1, None, "a\r\nSet-Cookie: a=1", "\ud800"])
def test_a_status_description_is_one_line(reason: object) -> None:
    with pytest.raises(FunctionValidationError, match="statusDescription"):
        generated(statusCode=200, statusDescription=reason)


@pytest.mark.proves("FN-008")
def test_cookies_of_a_response_have_attributes() -> None:
    many = {
        "value": "1",
        "attributes": "Path=/",
        "multiValue": [
            {"value": "1", "attributes": "Path=/"},
            {"value": "2", "attributes": "Path=/b; Secure"},
        ],
    }

    response = generated(statusCode=200, cookies={"a": many, "b": {"value": "3"}})

    assert response.headers.get_all("set-cookie") == (
        "a=1; Path=/",
        "a=2; Path=/b; Secure",
        "b=3",
    )


@pytest.mark.proves("LH-001", "FN-012")
def test_a_generated_response_may_not_have_disallowed_headers() -> None:
    with pytest.raises(FunctionValidationError, match="x-cache"):
        generated(statusCode=200, headers={"x-cache": {"value": "Hit"}})


# Changed by a viewer-response function


@pytest.mark.proves("FN-007")
def test_an_unchanged_body_is_not_copied() -> None:
    body = OnItsWay()
    lines = [("Content-Length", "6"), ("ETag", '"a"')]
    response = replace(a_response(headers=lines), body=body)

    result = changed(response)

    assert result == response
    assert result.body is body


@pytest.mark.proves("FN-007", "FN-009")
def test_a_function_may_replace_status_and_body() -> None:
    response = a_response(headers=[("Content-Length", "6"), ("Via", "1.1 a")])

    result = changed(response, statusCode=404, body="gone")

    assert (result.status, result.reason, result.held) == (404, "", b"gone")
    assert result.headers.lines == (("Via", "1.1 a"),)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("Content-Length", "6")], ("6",)),
        pytest.param([], (), id="none was there"),
    ],
)
def test_a_function_cannot_set_a_wrong_content_length(
    lines: list[tuple[str, str]], expected: tuple[str, ...]
) -> None:
    response = a_response(headers=lines)

    result = changed(response, headers={"content-length": {"value": "5"}})

    assert result.headers.get_all("content-length") == expected


@pytest.mark.proves("FN-007")
@pytest.mark.parametrize("body", ["", {"encoding": "text", "data": ""}])
def test_an_empty_body_replaces_the_origins(body: object) -> None:
    assert changed(a_response(), body=body).held == b""


@pytest.mark.proves("FN-010")
def test_an_errors_status_description_is_kept() -> None:
    result = changed(a_response(), statusCode=418, statusDescription="Teapot")

    assert (result.status, result.reason) == (418, "Teapot")


@pytest.mark.proves("FN-004", "FN-008")
def test_changing_the_first_of_two_cookies_leaves_the_second() -> None:
    lines = [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "a=2")]
    response = a_response(headers=lines)
    cookies = response_event(response)["response"]["cookies"]
    cookies["a"]["value"] = "3"

    result = changed(response, cookies=cookies)

    assert result.headers.get_all("set-cookie") == ("a=3; Path=/", "a=2")


def test_unchanged_cookies_keep_their_lines() -> None:
    lines = [("set-cookie", "a=1;Path=/;  Secure"), ("X-A", "b")]

    assert changed(a_response(headers=lines)).headers.lines == tuple(lines)


@pytest.mark.proves("LH-007", "FN-012")
@pytest.mark.parametrize("name", ["via", "warning"])
def test_via_and_warning_are_read_only(name: str) -> None:
    with pytest.raises(FunctionValidationError) as error:
        changed(a_response(), headers={name: {"value": "199 - a"}})

    assert error.value.rule == "LH-003"


@pytest.mark.proves("LH-007")
def test_content_encoding_is_read_only_in_the_classic_profile_only() -> None:
    response = a_response(headers=[("Content-Encoding", "gzip")])

    assert "content-encoding" not in changed(response, headers={}).headers
    with pytest.raises(FunctionValidationError, match="content-encoding"):
        changed(response, headers={}, profile=CLASSIC)


@pytest.mark.proves("FN-012")
@pytest.mark.parametrize("returned", [None, {}, "ok", a_request().headers])
def test_a_malformed_response_is_refused(returned: object) -> None:
    response = a_response()

    with pytest.raises(FunctionValidationError, match="viewer-response"):
        read_viewer_response_result(response_event(response), returned, response)


def test_a_request_returned_at_viewer_response_is_refused() -> None:
    response = a_response()
    event = response_event(response)

    with pytest.raises(FunctionValidationError, match="Return the response"):
        read_viewer_response_result(event, event["request"], response)


@pytest.mark.proves("FN-004")
def test_a_cookie_with_an_empty_multi_value_is_removed() -> None:
    gone = {"value": "b", "multiValue": []}

    response = changed(
        a_response(headers=Headers.of([("Set-Cookie", "t=1"), ("Set-Cookie", "u=2")])),
        cookies={"t": gone, "u": {"value": "2"}},
    )

    assert response.headers.get_all("set-cookie") == ("u=2",)
    assert generated(statusCode=200, cookies={"t": gone}).headers.lines == ()
