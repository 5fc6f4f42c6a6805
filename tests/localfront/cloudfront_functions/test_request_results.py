"""Results of viewer-request functions that are requests."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.cloudfront_functions.function_results import read_viewer_request_result
from localfront.errors import FunctionValidationError
from localfront.http_messages.messages import Request, Response
from localfront.profiles import CLASSIC, PROFILE_2026, Profile
from tests.localfront.cloudfront_functions.running import request_event
from tests.localfront.factories import a_request


def read(
    request: Request, *, profile: Profile = PROFILE_2026, **changes: Any
) -> Request | Response:
    """The function returns its request with some fields changed."""
    event = request_event(request)
    returned = {**copy.deepcopy(event["request"]), **changes}
    return read_viewer_request_result(event, returned, request, profile=profile)


def go_on(request: Request, **changes: Any) -> Request:
    result = read(request, **changes)
    assert isinstance(result, Request)
    return result


def with_headers(request: Request, **headers: Any) -> Request | Response:
    """Keywords name headers; None removes one."""
    changed = request_event(request)["request"]["headers"]
    for keyword, field in headers.items():
        name = keyword.replace("_", "-")
        if field is None:
            del changed[name]
        else:
            changed[name] = field
    return read(request, headers=changed)


def refused(rule: str, request: Request, **changes: Any) -> str:
    with pytest.raises(FunctionValidationError) as error:
        read(request, **changes)
    assert (error.value.status, error.value.rule) == (502, rule)
    return str(error.value)


LINES = st.lists(
    st.tuples(
        st.sampled_from(["Accept", "aCCept", "Cookie", "Connection", "Via", "X-Edge-A"]),
        st.binary(max_size=8).map(
            lambda raw: bytes(b for b in raw if b > 0x1F and b != 0x7F).decode(
                "utf-8", "surrogateescape"
            )
        ),
    )
)
TARGETS = st.text("ab=&%2,", max_size=12).map("/?".__add__)


@pytest.mark.proves("FN-003", "LE-018")
@given(LINES, TARGETS)
def test_an_unchanged_request_is_forwarded_byte_for_byte(
    lines: list[tuple[str, str]], target: str
) -> None:
    request = a_request(target, headers=lines)

    assert read(request) == request


@pytest.mark.proves("FN-002")
def test_a_function_may_change_the_path() -> None:
    assert go_on(a_request("/a?b=c"), uri="/d").target == "/d?b=c"


@pytest.mark.proves("FN-004")
def test_a_changed_multi_value_wins_over_a_changed_value() -> None:
    many = {"value": "ignored", "multiValue": [{"value": "3"}, {"value": "2"}]}

    assert go_on(a_request("/?q=1&q=2"), querystring={"q": many}).querystring == ("q=3&q=2")


@pytest.mark.proves("FN-004")
def test_a_changed_value_replaces_the_first_only() -> None:
    many = {"value": "3", "multiValue": [{"value": "1"}, {"value": "2"}]}

    assert go_on(a_request("/?q=1&q=2"), querystring={"q": many}).querystring == ("q=3&q=2")


def test_an_empty_multi_value_removes_the_parameter() -> None:
    gone = {"value": "1", "multiValue": []}

    assert go_on(a_request("/?q=1"), querystring={"q": gone}).querystring == ""


def test_a_parameter_without_an_equals_sign_is_kept_when_another_is_added() -> None:
    changed = {"bare": {"value": ""}, "empty": {"value": ""}, "new": {"value": "1"}}

    result = go_on(a_request("/?bare&empty="), querystring=changed)

    assert result.querystring == "bare&empty=&new=1"


@pytest.mark.proves("FN-006")
def test_a_query_string_may_be_a_string() -> None:
    result = go_on(a_request("/?b=1&a=2"), querystring="a=%32&b=1")

    assert result.querystring == "a=%32&b=1"


@pytest.mark.proves("FN-005")
def test_an_added_header_is_capitalized_on_the_wire() -> None:
    result = with_headers(a_request(headers=[("X-Old", "1")]), example_header_name={"value": "2"})

    assert isinstance(result, Request)
    assert result.headers.lines[1:] == (("X-Old", "1"), ("Example-Header-Name", "2"))


def test_a_function_may_remove_a_header() -> None:
    result = with_headers(a_request(headers=[("Accept", "a/b")]), accept=None)

    assert isinstance(result, Request)
    assert "accept" not in result.headers


@pytest.mark.proves("FN-003")
def test_a_changed_cookie_joins_all_cookies_in_one_line() -> None:
    request = a_request(headers=[("Cookie", "a=1"), ("Accept", "x"), ("Cookie", "b=2")])

    result = go_on(request, cookies={"a": {"value": "1"}, "b": {"value": "3"}})

    assert result.headers.get_all("cookie") == ("a=1; b=3",)


def test_without_cookies_there_is_no_cookie_header() -> None:
    result = go_on(a_request(headers=[("Cookie", "a=1")]), cookies={})

    assert "cookie" not in result.headers


# What is refused


@pytest.mark.proves("FN-012")
@pytest.mark.parametrize("value", [None, [], "ok", 302, True])
def test_a_result_that_is_neither_request_nor_response_is_refused(value: object) -> None:
    request = a_request()

    with pytest.raises(FunctionValidationError) as error:
        read_viewer_request_result(request_event(request), value, request)

    assert error.value.status == 502
    assert error.value.x_cache == "FunctionValidationError from cloudfront"


@pytest.mark.proves("FN-012")
def test_returning_the_whole_event_is_refused_with_a_hint() -> None:
    request = a_request()
    event = request_event(request)

    with pytest.raises(FunctionValidationError, match="not its envelope"):
        read_viewer_request_result(event, event, request)


@pytest.mark.proves("FN-002")
def test_the_method_is_read_only() -> None:
    assert "read-only" in refused("FN-002", a_request(), method="POST")


@pytest.mark.proves("FN-002")
@pytest.mark.parametrize("uri", ["home", "", "/a?b"])
def test_a_path_starts_with_a_slash_and_has_no_query(uri: str) -> None:
    refused("FN-002", a_request(), uri=uri)


@pytest.mark.proves("LR-016")
@pytest.mark.parametrize("field", ["uri", "querystring"])
@pytest.mark.parametrize("text", ["/a b", "/a\r\nHost: evil", "/a#b", "/\ud800"])
def test_a_uri_cannot_inject_into_the_request_line(field: str, text: str) -> None:
    refused("LR-016", a_request(), **{field: text})


@pytest.mark.proves("LR-016")
def test_a_query_parameter_cannot_inject_into_the_request_line() -> None:
    refused("LR-016", a_request(), querystring={"a": {"value": "b c"}})


@pytest.mark.proves("LR-016")
def test_path_and_query_are_limited_to_8192_characters() -> None:
    refused("LR-016", a_request(), uri="/" + "a" * 8191)


@pytest.mark.proves("LH-003", "LH-004", "FN-012")
def test_the_host_is_read_only() -> None:
    with pytest.raises(FunctionValidationError, match="'host', which is read-only"):
        with_headers(a_request(), host={"value": "evil.example"})


@pytest.mark.proves("LH-008")
def test_new_headers_without_the_host_are_refused() -> None:
    refused("LH-008", a_request(), headers={})


@pytest.mark.proves("LH-004")
def test_cdn_loop_is_read_only_in_the_2026_profile_only() -> None:
    request = a_request(headers=[("CDN-Loop", "a")])
    headers = {"host": {"value": "logs.example.com"}}

    refused("LH-008", request, headers=headers)
    result = read(request, headers=headers, profile=CLASSIC)

    assert isinstance(result, Request)
    assert "cdn-loop" not in result.headers


@pytest.mark.proves("LH-001")
def test_a_disallowed_header_may_not_be_added() -> None:
    with pytest.raises(FunctionValidationError) as error:
        with_headers(a_request(), x_edge_a={"value": "1"})

    assert error.value.rule == "LH-001"


@pytest.mark.proves("FN-005")
@pytest.mark.parametrize("name", ["X-Capital", "with space", "", "a:b", "a\r\nb"])
def test_a_header_name_is_a_lower_case_token(name: str) -> None:
    headers = {"host": {"value": "logs.example.com"}, name: {"value": "1"}}

    refused("FN-005", a_request(), headers=headers)


@pytest.mark.proves("FN-003")
@pytest.mark.parametrize(
    "field",
    [None, "1", [], {}, {"value": 1}, {"value": "a\r\nX-B: c"}, {"value": "\ud800"},
     {"multiValue": "1"}, {"multiValue": [{}]}, {"multiValue": [None]},
     {"value": "1", "attributes": 2}],
)  # fmt: skip
def test_a_field_has_a_single_line_value(field: object) -> None:
    refused("FN-003", a_request(), cookies={"a": field})


@pytest.mark.proves("FN-003")
def test_cookies_in_the_headers_are_refused() -> None:
    with pytest.raises(FunctionValidationError, match="Use `cookies`"):
        with_headers(a_request(), cookie={"value": "a=1"})


@pytest.mark.proves("FN-008")
@pytest.mark.parametrize(
    "cookies",
    [{"a": {"value": "1; b=2"}}, {"a=b": {"value": "1"}}, {"a b": {"value": ""}}],
)
def test_a_cookie_value_cannot_inject_another_cookie(cookies: dict[str, Any]) -> None:
    refused("FN-008", a_request(), cookies=cookies)


@pytest.mark.parametrize("field", ["method", "uri", "querystring", "headers", "cookies"])
def test_a_request_without_a_required_field_is_refused(field: str) -> None:
    request = a_request()
    event = request_event(request)
    returned = {name: v for name, v in event["request"].items() if name != field}

    with pytest.raises(FunctionValidationError, match=f"no `{field}`"):
        read_viewer_request_result(event, returned, request)


def test_a_returned_request_keeps_the_viewers_address() -> None:
    request = a_request(client_ip="2001:db8::1", http_version="2")

    assert go_on(request, uri="/b") == replace(request, uri="/b")
