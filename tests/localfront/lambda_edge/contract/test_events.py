import json
from typing import Any

import pytest

from localfront.http_messages.messages import Headers, Request
from localfront.lambda_edge.contract.events import viewer_request_event
from localfront.lambda_edge.contract.limits import DISALLOWED_HEADERS
from localfront.lambda_edge.workers.raw_results import written_event
from tests.localfront.edge_responses import CONFIG
from tests.localfront.factories import a_request


def event_of(request: Request) -> dict[str, Any]:
    return viewer_request_event(request, config=CONFIG)


def shown_request(request: Request) -> dict[str, Any]:
    event_request: dict[str, Any] = event_of(request)["Records"][0]["cf"]["request"]
    return event_request


@pytest.mark.proves("LE-001", "LE-002", "LE-003", "LE-004", "LE-005", "LE-006", "LE-007", "LE-012")
def test_the_event_has_exactly_the_documented_shape() -> None:
    request = Request(
        method="GET",
        uri="/home.html",
        querystring="a=1",
        headers=Headers.of([("Host", "logs.example.com"), ("User-Agent", "curl/7.66.0")]),
        client_ip="203.0.113.178",
    )

    assert event_of(request) == {
        "Records": [
            {
                "cf": {
                    "config": {
                        "distributionDomainName": "d111111abcdef8.cloudfront.net",
                        "distributionId": "EDFDVBD6EXAMPLE",
                        "eventType": "viewer-request",
                        "requestId": "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
                    },
                    "request": {
                        "clientIp": "203.0.113.178",
                        "headers": {
                            "host": [{"key": "Host", "value": "logs.example.com"}],
                            "user-agent": [{"key": "User-Agent", "value": "curl/7.66.0"}],
                        },
                        "method": "GET",
                        "querystring": "a=1",
                        "uri": "/home.html",
                    },
                }
            }
        ]
    }


@pytest.mark.parametrize(
    "request_",
    [
        a_request("/a?b=c", headers=[("Accept", "a"), ("accept", "b"), ("X-Empty", "")]),
        a_request('/"a\\b"?"c"', headers=[("X-Quoted", '"\\\t/')]),
        a_request("/ü?é=1", headers=[("X-Text", "日本 \U0001f600")], client_ip="2001:db8::1"),
        a_request("/", headers=[("X-Bytes", "\udce9"), ("Connection", "x")]),
    ],
    ids=["lines", "quoted", "not ASCII", "not UTF-8"],
)
def test_an_event_serializes_as_plain_json(request_: Request) -> None:
    event = event_of(request_)

    for _ in range(2):  # the second time its headers are known
        assert written_event(event) == written_event(dict(event))
        assert json.loads(written_event(event)) == event
        event = event_of(request_)


@pytest.mark.proves("LE-009")
def test_an_absent_query_string_is_an_empty_string() -> None:
    assert shown_request(a_request("/"))["querystring"] == ""


@pytest.mark.proves("LE-008")
def test_the_uri_is_the_raw_path() -> None:
    assert shown_request(a_request("/a%2Fb//c?d"))["uri"] == "/a%2Fb//c"


@pytest.mark.proves("LE-010")
def test_each_header_line_is_a_separate_entry_with_its_own_case() -> None:
    request = a_request(headers=[("X-Tag", "one"), ("x-tAG", "two")])

    assert shown_request(request)["headers"]["x-tag"] == [
        {"key": "X-Tag", "value": "one"},
        {"key": "x-tAG", "value": "two"},
    ]


@pytest.mark.proves("LH-001", "LH-002")
@pytest.mark.parametrize("name", [*sorted(DISALLOWED_HEADERS), "X-Edge-Result-Type", "x-AMZ-cf-ID"])
def test_a_disallowed_header_is_hidden(name: str) -> None:
    request = a_request(headers=[(name, "secret"), ("X-Amz-Date", "shown")])

    assert set(shown_request(request)["headers"]) == {"host", "x-amz-date"}


@pytest.mark.proves("LE-018")
@pytest.mark.parametrize(
    ("sent", "event_request"),
    [
        pytest.param("é".encode(), "é", id="UTF-8"),
        pytest.param("é".encode("iso-8859-1"), "é", id="ISO-8859-1"),
    ],
)
def test_a_value_that_is_not_ascii_is_text_in_the_event(sent: bytes, event_request: str) -> None:
    value = sent.decode("utf-8", "surrogateescape")
    request = a_request(f"/{value}?{value}", headers=[("X-Name", value)])

    seen = shown_request(request)

    assert (seen["uri"], seen["querystring"]) == (f"/{event_request}", event_request)
    assert seen["headers"]["x-name"][0]["value"] == event_request
