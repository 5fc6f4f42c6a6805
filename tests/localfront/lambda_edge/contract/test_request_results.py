import pytest

from localfront.errors import EdgeValidationError
from localfront.lambda_edge.contract.request_results import (
    Passed,
    read_viewer_request_result,
)
from localfront.profiles import PROFILE_2026
from tests.localfront.edge_responses import (
    passed,
    read,
    read_with_headers,
    refusal,
    sent_and_returned,
)
from tests.localfront.factories import a_request

# What goes on to the cache


@pytest.mark.proves("LR-001")
def test_an_unchanged_request_is_forwarded_unchanged() -> None:
    request = a_request("/a?b", headers=[("Cookie", "c=d"), ("Connection", "close")])

    assert read(request) == Passed(request=request)


@pytest.mark.proves("LE-008", "LE-009")
def test_a_function_may_change_uri_and_querystring() -> None:
    result = passed(read(a_request("/?old"), uri="/home.html", querystring="new=1"))

    assert result.target == "/home.html?new=1"


@pytest.mark.proves("LE-018")
def test_a_changed_uri_is_forwarded_with_the_query_strings_original_bytes() -> None:
    latin = b"caf\xe9".decode("utf-8", "surrogateescape")

    result = passed(read(a_request(f"/?{latin}"), uri="/é"))

    assert (result.uri, result.querystring) == ("/é", latin)


def test_changed_and_new_headers_follow_the_unchanged_ones() -> None:
    request = a_request(headers=[("A", "1"), ("Connection", "close"), ("B", "2"), ("C", "3")])

    result = passed(read_with_headers(request, a="changed", b=None, d="new"))

    assert result.headers.without("host").lines == (
        ("Connection", "close"),
        ("C", "3"),
        ("a", "changed"),
        ("d", "new"),
    )


@pytest.mark.proves("LE-011")
def test_a_header_without_a_key_is_capitalized() -> None:
    result = passed(read_with_headers(a_request(), x_forwarded_user=[{"value": "picard"}]))

    assert result.headers.lines[-1] == ("X-Forwarded-User", "picard")


def test_the_viewers_address_and_scheme_are_kept_with_the_request() -> None:
    request = a_request(client_ip="2001:db8::1", scheme="http", http_version="2")

    result = passed(read(request, uri="/other"))

    assert (result.client_ip, result.scheme, result.http_version) == (
        "2001:db8::1",
        "http",
        "2",
    )


# What is refused in a request


@pytest.mark.proves("LR-001", "LR-002", "LX-001")
@pytest.mark.parametrize("returned", [None, {}, [], "ok", 302, True])
def test_a_result_that_is_neither_request_nor_response_is_refused(returned: object) -> None:
    request = a_request()
    event, _ = sent_and_returned(request)

    with pytest.raises(EdgeValidationError) as error:
        read_viewer_request_result(event, returned, request, profile=PROFILE_2026)

    assert error.value.status == 502


@pytest.mark.proves("LR-001")
def test_returning_the_whole_event_is_refused_with_a_hint() -> None:
    request = a_request()
    event, _ = sent_and_returned(request)

    with pytest.raises(EdgeValidationError, match="not its envelope"):
        read_viewer_request_result(event, event, request, profile=PROFILE_2026)


@pytest.mark.proves("LR-002")
@pytest.mark.parametrize("field", ["clientIp", "headers", "method", "querystring", "uri"])
def test_a_request_without_a_required_field_is_refused(field: str) -> None:
    request = a_request()
    event, returned = sent_and_returned(request)
    del returned[field]

    with pytest.raises(EdgeValidationError, match=f"`{field}`") as error:
        read_viewer_request_result(event, returned, request, profile=PROFILE_2026)

    assert refusal(error) == ("LR-002", 502)


@pytest.mark.proves("LR-014", "LE-006", "LE-007")
@pytest.mark.parametrize(("field", "value"), [("method", "POST"), ("clientIp", "::1")])
def test_changing_a_read_only_field_is_refused(field: str, value: str) -> None:
    with pytest.raises(EdgeValidationError, match=f"`{field}`, which is read-only") as error:
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
def test_a_uri_that_is_invalid_in_a_request_line_is_refused(uri: object) -> None:
    with pytest.raises(EdgeValidationError, match="`uri`"):
        read(a_request(), uri=uri)


@pytest.mark.proves("LR-016")
@pytest.mark.parametrize("querystring", ["a b", "a\tb", "a#b", "a\nb", "\x7f", None])
def test_a_querystring_with_spaces_controls_or_hashes_is_refused(querystring: object) -> None:
    with pytest.raises(EdgeValidationError, match="`querystring`"):
        read(a_request(), querystring=querystring)


@pytest.mark.proves("LR-016")
def test_uri_and_querystring_are_limited_to_8192_characters() -> None:
    longest = passed(read(a_request(), uri="/", querystring="q" * 8190))

    assert len(longest.querystring) == 8190
    with pytest.raises(EdgeValidationError, match="8192 characters"):
        read(a_request(), uri="/", querystring="q" * 8191)
