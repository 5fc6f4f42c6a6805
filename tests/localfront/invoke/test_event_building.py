"""The four events, built from arguments."""

import base64
from typing import Any

import pytest

from localfront.errors import ConfigError
from localfront.invoke.event_building import (
    EXAMPLE_CONFIG,
    build_event,
    origin_request_event,
    origin_response_event,
    viewer_request_event,
    viewer_response_event,
)
from localfront.lambda_edge.contract.limits import KB, EventType

BUILDERS = [
    viewer_request_event,
    origin_request_event,
    origin_response_event,
    viewer_response_event,
]


def cf(event: dict[str, Any]) -> dict[str, Any]:
    (record,) = event["Records"]
    found: dict[str, Any] = record["cf"]
    return found


def value(headers: dict[str, Any], name: str) -> str:
    (line,) = headers[name]
    found: str = line["value"]
    return found


@pytest.mark.proves("LE-012")
def test_a_viewer_request_event_has_the_requested_host_and_no_origin() -> None:
    request = cf(viewer_request_event())["request"]

    assert request == {
        "clientIp": "203.0.113.178",
        "headers": {
            "host": [{"key": "Host", "value": "d111111abcdef8.cloudfront.net"}],
            "user-agent": [{"key": "User-Agent", "value": "Mozilla/5.0 (localfront)"}],
        },
        "method": "GET",
        "querystring": "",
        "uri": "/",
    }


@pytest.mark.proves("LE-013")
def test_an_origin_request_event_has_cloudfronts_own_headers() -> None:
    request = cf(origin_request_event(origin_domain="api.example.com"))["request"]
    headers = request["headers"]

    assert value(headers, "host") == "api.example.com"
    assert value(headers, "user-agent") == "Amazon CloudFront"
    assert value(headers, "x-forwarded-for") == "203.0.113.178"
    assert value(headers, "via") == "2.0 d111111abcdef8.cloudfront.net (CloudFront)"
    assert list(request["origin"]) == ["custom"]


def test_a_bucket_domain_makes_an_s3_origin() -> None:
    event = origin_request_event(
        origin_domain="pages.s3.eu-west-1.amazonaws.com",
        origin_path="/site",
        origin_headers={"X-Key": "1"},
    )

    assert cf(event)["request"]["origin"] == {
        "s3": {
            "authMethod": "none",
            "customHeaders": {"x-key": [{"key": "X-Key", "value": "1"}]},
            "domainName": "pages.s3.eu-west-1.amazonaws.com",
            "path": "/site",
            "readTimeout": 30,
            "region": "",
        }
    }


@pytest.mark.proves("LE-014", "LE-015")
def test_a_response_event_has_a_string_status_and_html_by_default() -> None:
    plain = cf(viewer_response_event(status=404))
    other = cf(
        origin_response_event(response_headers={"content-type": "text/css", "ETag": "1"})
    )  # fmt: skip

    assert plain["response"] == {
        "headers": {
            "content-type": [{"key": "Content-Type", "value": "text/html; charset=utf-8"}]
        },
        "status": "404",
        "statusDescription": "Not Found",
    }  # fmt: skip
    assert "origin" not in plain["request"]
    assert "origin" in other["request"]
    assert value(other["response"]["headers"], "content-type") == "text/css"


@pytest.mark.parametrize("build", BUILDERS)
def test_the_same_arguments_make_the_same_event_of_the_builders_type(
    build: Any,
) -> None:
    event = build(uri="/a", querystring="b=%20", method="HEAD")

    assert event == build(uri="/a", querystring="b=%20", method="HEAD")
    event_type = cf(event)["config"]["eventType"]
    assert build.__name__ == f"{event_type.replace('-', '_')}_event"
    assert cf(event)["request"]["querystring"] == "b=%20"


def test_cookies_become_one_header_after_the_given_headers() -> None:
    event = viewer_request_event(
        headers={"cookie": "x=1", "Accept": ["text/html", "text/css"]},
        cookies={"id": "42", "theme": "dark"},
    )
    headers = cf(event)["request"]["headers"]

    assert headers["cookie"] == [
        {"key": "cookie", "value": "x=1"},
        {"key": "Cookie", "value": "id=42; theme=dark"},
    ]
    assert [line["value"] for line in headers["accept"]] == ["text/html", "text/css"]


def test_a_given_header_replaces_its_default() -> None:
    event = viewer_request_event(headers={"HOST": "www.example.com"})

    assert cf(event)["request"]["headers"]["host"] == [{"key": "HOST", "value": "www.example.com"}]


@pytest.mark.proves("LE-024", "LE-025")
@pytest.mark.parametrize("body", ["grüße", "grüße".encode()])
def test_a_body_is_base64_and_makes_the_request_a_post(body: str | bytes) -> None:
    request = cf(viewer_request_event(body=body))["request"]

    assert request["method"] == "POST"
    assert request["body"] == {
        "action": "read-only",
        "data": base64.b64encode("grüße".encode()).decode(),
        "encoding": "base64",
        "inputTruncated": False,
    }


@pytest.mark.proves("LE-026")
def test_a_large_body_is_truncated_at_cloudfronts_limit() -> None:
    body = b"x" * (40 * KB + 1)
    event_body = cf(viewer_request_event(body=body))["request"]["body"]
    whole = cf(origin_request_event(body=body, method="PUT"))["request"]["body"]

    assert (len(base64.b64decode(event_body["data"])), event_body["inputTruncated"]) == (40 * KB, True)  # fmt: skip
    assert (base64.b64decode(whole["data"]), whole["inputTruncated"]) == (body, False)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"uri": "index.html"}, "uri is 'index.html': it must start with `/` (LE-008)"),
    ({"uri": "/a?b=c"}, "pass the part after the `?` as the query string (LE-009)"),
    ({"querystring": "?b=c"}, "it must not start with `?` (LE-009)"),
    ({"uri": "/a b"}, "uri is '/a b', and ' ' is not allowed there: percent-encode it"),
    ({"querystring": "a#b"}, "'#' is not allowed there"),
    ({"uri": "/a\r\nX: y"}, "'\\r' is not allowed there"),
    ({"method": "GET / HTTP/1.1"}, "method is 'GET / HTTP/1.1'"),
    ({"headers": {"X Y": "1"}}, "'X Y' is not a valid header name"),
    ({"headers": {"X-Y": "1\r\nZ: 2"}}, "has '\\r' in its value"),
    ({"headers": {"Connection": "close"}}, "never see the header 'Connection'"),
    ({"headers": {"X-Edge-Key": "1"}}, "never see the header 'X-Edge-Key'"),
    ({"cookies": {"id": "1\n2"}}, "'Cookie' has '\\n' in its value"),
]


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_an_event_that_cloudfront_never_sends_is_refused(
    arguments: dict[str, Any], message: str, build: Any
) -> None:
    with pytest.raises(ConfigError) as refused:
        build(**arguments)

    assert message in str(refused.value)


@pytest.mark.proves("LE-030")
def test_the_body_of_a_get_is_refused() -> None:
    with pytest.raises(ConfigError, match="Functions don't get the body of a GET"):
        viewer_request_event(method="GET", body="a=b")


@pytest.mark.parametrize("status", [100, 199, 600, 2000])
def test_an_invalid_status_is_refused(status: int) -> None:
    with pytest.raises(ConfigError, match=f"status is {status}: use 200 to 599"):
        viewer_response_event(status=status)


def test_an_origin_without_a_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="origin-domain is empty"):
        origin_request_event(origin_domain="")


@pytest.mark.parametrize("event_type", EventType)
def test_each_event_type_has_its_builder(event_type: EventType) -> None:
    event = build_event(event_type, {"uri": "/a"})

    assert cf(event)["config"]["eventType"] == event_type
    assert cf(event)["config"]["requestId"] == EXAMPLE_CONFIG.request_id


@pytest.mark.parametrize(
    ("event_type", "name"),
    [
        (EventType.VIEWER_REQUEST, "status"),
        (EventType.VIEWER_REQUEST, "origin_domain"),
        (EventType.ORIGIN_REQUEST, "response_headers"),
        (EventType.ORIGIN_RESPONSE, "body"),
        (EventType.VIEWER_RESPONSE, "origin_domain"),
    ],
)
def test_an_option_of_another_event_type_is_refused_by_name(
    event_type: EventType, name: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        build_event(event_type, {name: "x"})

    assert (
        f"'{name.replace('_', '-')}' does not apply to a {event_type} event"
        in str(refused.value)
    )  # fmt: skip
