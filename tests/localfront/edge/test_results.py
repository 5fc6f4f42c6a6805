import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.edge.function import EdgeFunction, parse_function_arn
from localfront.edge.results import parse_answer, read_viewer_request_result
from localfront.errors import EdgeValidationError
from localfront.messages import Request
from tests.localfront.edge_answers import (
    read,
    read_with_headers,
    refusal,
    sent_and_returned,
)
from tests.localfront.factories import EDGE_ARN, a_request

# What goes on to the cache


@pytest.mark.proves("LR-001")
def test_a_request_handed_back_goes_on_as_it_was() -> None:
    request = a_request("/a?b", headers=[("Cookie", "c=d"), ("Connection", "close")])

    assert read(request) == request


LINES = st.lists(
    st.tuples(
        st.sampled_from(["Accept", "accept", "X-Tag", "Connection", "X-Edge-A", "Via"]),
        st.binary(max_size=8).map(
            lambda raw: bytes(b for b in raw if b > 0x1F and b != 0x7F).decode(
                "utf-8", "surrogateescape"
            )
        ),
    )
)


@pytest.mark.proves("LE-018", "LH-001")
@given(LINES)
def test_what_is_not_changed_goes_on_byte_for_byte_and_in_order(
    lines: list[tuple[str, str]],
) -> None:
    request = a_request(headers=lines)
    event, returned = sent_and_returned(request)

    assert (
        read_viewer_request_result(event, json.loads(json.dumps(returned)), request)
        == request
    )


@pytest.mark.proves("LE-008", "LE-009")
def test_a_function_may_change_uri_and_querystring() -> None:
    result = read(a_request("/?old"), uri="/home.html", querystring="new=1")

    assert isinstance(result, Request)
    assert result.target == "/home.html?new=1"


@pytest.mark.proves("LE-018")
def test_a_changed_uri_goes_on_while_the_query_string_keeps_its_bytes() -> None:
    latin = b"caf\xe9".decode("utf-8", "surrogateescape")

    result = read(a_request(f"/?{latin}"), uri="/é")

    assert isinstance(result, Request)
    assert (result.uri, result.querystring) == ("/é", latin)


def test_changed_and_new_headers_follow_those_that_stay() -> None:
    request = a_request(
        headers=[("A", "1"), ("Connection", "close"), ("B", "2"), ("C", "3")]
    )

    result = read_with_headers(request, a="changed", b=None, d="new")

    assert isinstance(result, Request)
    assert result.headers.without("host").lines == (
        ("Connection", "close"),
        ("C", "3"),
        ("a", "changed"),
        ("d", "new"),
    )


@pytest.mark.proves("LE-011")
def test_a_missing_key_is_filled_in_with_capitals() -> None:
    result = read_with_headers(a_request(), x_forwarded_user=[{"value": "picard"}])

    assert isinstance(result, Request)
    assert result.headers.lines[-1] == ("X-Forwarded-User", "picard")


def test_the_viewer_s_own_address_and_scheme_stay_with_the_request() -> None:
    request = a_request(client_ip="2001:db8::1", scheme="http", http_version="2")

    result = read(request, uri="/other")

    assert isinstance(result, Request)
    assert (result.client_ip, result.scheme, result.http_version) == (
        "2001:db8::1",
        "http",
        "2",
    )


# What is refused in a request


@pytest.mark.proves("LR-001", "LR-002", "LX-001")
@pytest.mark.parametrize("returned", [None, {}, [], "ok", 302, True])
def test_what_is_neither_request_nor_response_is_refused(returned: object) -> None:
    request = a_request()
    event, _ = sent_and_returned(request)

    with pytest.raises(EdgeValidationError) as error:
        read_viewer_request_result(event, returned, request)

    assert error.value.status == 502


@pytest.mark.proves("LR-001")
def test_the_whole_event_is_refused_with_a_hint() -> None:
    request = a_request()
    event, _ = sent_and_returned(request)

    with pytest.raises(EdgeValidationError, match="not its envelope"):
        read_viewer_request_result(event, event, request)


@pytest.mark.proves("LR-002")
@pytest.mark.parametrize(
    "field", ["clientIp", "headers", "method", "querystring", "uri"]
)
def test_a_request_lacks_no_field(field: str) -> None:
    request = a_request()
    event, returned = sent_and_returned(request)
    del returned[field]

    with pytest.raises(EdgeValidationError, match=f"`{field}`") as error:
        read_viewer_request_result(event, returned, request)

    assert refusal(error) == ("LR-002", 502)


@pytest.mark.proves("LR-014", "LE-006", "LE-007")
@pytest.mark.parametrize(("field", "value"), [("method", "POST"), ("clientIp", "::1")])
def test_a_read_only_field_stays(field: str, value: str) -> None:
    with pytest.raises(
        EdgeValidationError, match=f"`{field}`, which is read-only"
    ) as error:
        read(a_request(), **{field: value})

    assert refusal(error) == ("LR-014", 502)


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        pytest.param("origin", "LE-012", marks=pytest.mark.proves("LE-012")),
        pytest.param("body", "LE-024", marks=pytest.mark.proves("LE-024")),
    ],
)
def test_a_field_that_belongs_to_other_events_is_refused(field: str, rule: str) -> None:
    with pytest.raises(EdgeValidationError) as error:
        read(a_request(), **{field: {}})

    assert refusal(error) == (rule, 502)


@pytest.mark.proves("LE-008", "LR-016")
@pytest.mark.parametrize(
    "uri", ["", "home", "//a b", "/a\r\nHost: x", "/a#b", "/a?b", "/\ud800", None, 1]
)
def test_a_uri_that_makes_no_request_line_is_refused(uri: object) -> None:
    with pytest.raises(EdgeValidationError, match="`uri`"):
        read(a_request(), uri=uri)


@pytest.mark.proves("LR-016")
@pytest.mark.parametrize("querystring", ["a b", "a\tb", "a#b", "a\nb", "\x7f", None])
def test_a_querystring_has_no_spaces_controls_or_hashes(querystring: object) -> None:
    with pytest.raises(EdgeValidationError, match="`querystring`"):
        read(a_request(), querystring=querystring)


@pytest.mark.proves("LR-016")
def test_uri_and_querystring_stay_below_8192_characters() -> None:
    longest = read(a_request(), uri="/", querystring="q" * 8190)

    assert isinstance(longest, Request)
    with pytest.raises(EdgeValidationError, match="8192 characters"):
        read(a_request(), uri="/", querystring="q" * 8191)


# JSON


def a_function() -> EdgeFunction:
    return EdgeFunction(
        arn=parse_function_arn(EDGE_ARN),
        handler="a.b",
        runtime="python3.13",
        memory_mb=128,
        timeout=5,
        code=Path(),
        revision="1",
    )


@pytest.mark.proves("LR-002", "LX-001")
@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"<html>",
        b'{"a": NaN}',
        b"[Infinity]",
        b"\xff",
        b"[" * 100_000,
        b"1" * 5000,
    ],
    ids=["nothing", "text", "NaN", "infinity", "not UTF-8", "deep", "huge number"],
)
def test_an_answer_that_is_no_json_is_refused(payload: bytes) -> None:
    with pytest.raises(EdgeValidationError, match="edge:3") as error:
        parse_answer(payload, function=a_function())

    assert refusal(error) == ("LR-002", 502)


def test_an_answer_in_json_is_read() -> None:
    assert parse_answer('{"a": ["é"]}'.encode(), function=a_function()) == {"a": ["é"]}
