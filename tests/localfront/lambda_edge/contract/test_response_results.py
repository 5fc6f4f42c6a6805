"""Changes that functions at response events may make to a response."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from localfront.errors import EdgeValidationError
from localfront.http_messages.messages import Response
from localfront.lambda_edge.contract.header_fields import shown_headers
from tests.localfront.edge_responses import (
    ReadResponse,
    read_origin_response,
    read_viewer_response,
    refusal,
    with_headers,
)
from tests.localfront.factories import a_response

LONG = [("Content-Length", "6"), ("Transfer-Encoding", "chunked"), ("ETag", '"1"')]


class OnItsWay:
    """A stream that must not be read."""

    length = 3

    def __aiter__(self) -> AsyncIterator[bytes]:
        raise AssertionError("nobody may read it here")

    async def aclose(self) -> None:
        raise AssertionError("nor close it")


def shown(response: Response, **changes: Any) -> dict[str, Any]:
    """The headers that a response event shows, some of them changed; None deletes."""
    return with_headers(shown_headers(response.headers), **changes)


# origin-response


@pytest.mark.proves("LR-001", "LR-012")
@pytest.mark.parametrize("body", [b"a page", OnItsWay()])
def test_an_unchanged_response_is_the_same_object(body: bytes | OnItsWay) -> None:
    response = Response(status=404, body=body, reason="No such star")

    assert read_origin_response(response) is response


@pytest.mark.proves("LR-012")
def test_a_streamed_body_is_kept_in_a_changed_response() -> None:
    response = Response(status=404, body=OnItsWay())

    changed = read_origin_response(response, status="200", statusDescription="OK")

    assert (changed.status, changed.reason) == (200, "OK")
    assert changed.body is response.body


@pytest.mark.proves("LR-012")
def test_a_new_body_replaces_the_origins_body_and_length() -> None:
    response = a_response(headers=LONG)

    changed = read_origin_response(response, body="another")

    assert changed.body == b"another"
    assert changed.headers.lines == (("ETag", '"1"'),)


@pytest.mark.proves("LR-012")
def test_a_body_may_be_base64() -> None:
    changed = read_origin_response(a_response(), body="AP8=", bodyEncoding="base64")

    assert changed.body == b"\0\xff"


@pytest.mark.proves("LR-012")
def test_an_empty_body_removes_the_origins_body() -> None:
    assert read_origin_response(a_response(headers=LONG), body="").body == b""


def test_a_functions_content_length_for_a_new_body_is_ignored() -> None:
    response = a_response(headers=LONG)

    changed = read_origin_response(
        response, body="another", headers=shown(response, content_length="9999")
    )

    assert "content-length" not in changed.headers


def test_an_unchanged_body_keeps_its_length() -> None:
    response = a_response(headers=LONG)

    with pytest.raises(EdgeValidationError, match="'content-length'") as error:
        read_origin_response(response, headers=shown(response, content_length="9999"))

    assert refusal(error) == ("LR-012", 502)


def test_the_length_of_an_unchanged_body_may_be_omitted() -> None:
    response = a_response(headers=LONG)

    changed = read_origin_response(response, headers=shown(response, content_length=None))

    assert "content-length" not in changed.headers
    assert changed.body is response.body


def test_a_204_has_no_length() -> None:
    response = a_response(headers=LONG)

    assert "content-length" not in read_origin_response(response, status="204").headers


@pytest.mark.proves("LR-012")
def test_a_failed_response_becomes_a_redirect_as_in_the_documented_sample() -> None:
    response = a_response(500, headers=LONG)

    changed = read_origin_response(
        response,
        status=302,  # a number: so do AWS's samples for this event
        statusDescription="Found",
        body="",
        headers=shown(response, location="/plan-b/"),
    )

    assert (changed.status, changed.reason, changed.body) == (302, "Found", b"")
    assert changed.headers.get("location") == "/plan-b/"


@pytest.mark.proves("LR-005")
@pytest.mark.parametrize("status", ["199", "600", "", "OK", 199, 600, -200])
def test_a_status_outside_200_to_599_is_refused(status: object) -> None:
    with pytest.raises(EdgeValidationError) as error:
        read_origin_response(a_response(), status=status)

    assert refusal(error) == ("LR-005", 502)


@pytest.mark.proves("LR-003")
@pytest.mark.parametrize("status", [None, True, 200.0, [], {}])
def test_a_status_is_a_string_or_a_number(status: object) -> None:
    with pytest.raises(EdgeValidationError) as error:
        read_origin_response(a_response(), status=status)

    assert refusal(error) == ("LR-003", 502)


@pytest.mark.proves("LR-010")
def test_a_status_description_may_be_any_single_line_or_absent() -> None:
    usual = a_response(404)

    assert read_origin_response(usual, statusDescription="Éngage!").reason == "Éngage!"
    assert read_origin_response(usual, headers={}).reason == ""
    with pytest.raises(EdgeValidationError) as error:
        read_origin_response(usual, statusDescription="OK\r\nSet-Cookie: a=b")
    assert refusal(error) == ("LR-010", 502)


@pytest.mark.proves("LR-011")
def test_several_values_of_a_header_are_separate_lines() -> None:
    cookies = [{"value": "a=1"}, {"value": "b=2"}]

    changed = read_origin_response(a_response(), headers={"set-cookie": cookies})

    assert changed.headers.get_all("set-cookie") == ("a=1", "b=2")


@pytest.mark.proves("LR-007", "LX-010")
@pytest.mark.parametrize("read", [read_origin_response, read_viewer_response])
def test_headers_over_the_events_size_limit_are_refused(
    read: ReadResponse,
) -> None:
    headers = {"x-tag": [{"value": "x" * 2**20}]}

    with pytest.raises(EdgeValidationError) as error:
        read(a_response(), headers=headers)

    assert refusal(error) == ("LR-007", 502)


@pytest.mark.proves("LR-007")
def test_a_new_body_is_limited_to_1_mb_with_the_headers() -> None:
    assert read_origin_response(a_response(), body="x" * 2**20).status == 200
    with pytest.raises(EdgeValidationError) as error:
        read_origin_response(a_response(headers=[("A", "b")]), body="x" * 2**20)
    assert refusal(error) == ("LR-007", 502)


@pytest.mark.proves("LR-004", "LR-006")
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"body": None}, "LR-003"),
        ({"body": {}}, "LR-003"),
        ({"body": "a", "bodyEncoding": "base64"}, "LR-004"),
        ({"body": "a", "bodyEncoding": None}, "LR-004"),
        ({"body": "a", "status": "204"}, "LR-006"),
    ],
)
def test_a_malformed_new_body_is_refused(changes: dict[str, object], rule: str) -> None:
    with pytest.raises(EdgeValidationError, match="origin-response") as error:
        read_origin_response(a_response(), **changes)

    assert refusal(error) == (rule, 502)


# viewer-response


@pytest.mark.parametrize("body", [b"a page", OnItsWay()])
def test_at_viewer_response_too_an_unchanged_response_is_the_same_object(
    body: bytes | OnItsWay,
) -> None:
    response = Response(status=200, body=body)

    assert read_viewer_response(response) is response


@pytest.mark.proves("LR-011", "LR-013")
def test_viewer_response_may_change_headers_and_description() -> None:
    response = Response(status=200, body=OnItsWay())

    changed = read_viewer_response(
        response, headers={"x-tag": [{"value": "1"}]}, statusDescription="Fine"
    )

    assert changed.headers.lines == (("X-Tag", "1"),)
    assert (changed.reason, changed.body) == ("Fine", response.body)


@pytest.mark.proves("LR-013")
@pytest.mark.parametrize("changes", [{"status": "404"}, {"body": ""}, {"body": "new"}])
def test_viewer_response_may_change_neither_status_nor_body(
    changes: dict[str, str],
) -> None:
    with pytest.raises(EdgeValidationError, match="at origin-response") as error:
        read_viewer_response(a_response(), **changes)

    assert refusal(error) == ("LR-013", 502)


@pytest.mark.parametrize("status", [404, 200.0, True])
def test_a_different_or_malformed_status_is_refused_at_viewer_response(status: object) -> None:
    assert read_viewer_response(a_response(), status=200) == a_response()

    with pytest.raises(EdgeValidationError) as error:
        read_viewer_response(a_response(), status=status)
    assert refusal(error) == ("LR-013" if status == 404 else "LR-003", 502)


@pytest.mark.proves("LR-015")
def test_changes_to_the_request_in_a_response_event_have_no_effect() -> None:
    response = a_response()

    assert read_viewer_response(response, querystring="a", uri="/b") is response
