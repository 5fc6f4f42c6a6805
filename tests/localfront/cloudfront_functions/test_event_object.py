"""Events with the structure of the guide's example ("CloudFront Functions event structure")."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from localfront.cloudfront_functions.event_object import (
    viewer_request_event,
    viewer_response_event,
)
from localfront.http_messages.messages import Request
from tests.localfront.cloudfront_functions.running import (
    CONFIG,
    documented_event,
    request_event,
    response_event,
    run_code,
)
from tests.localfront.factories import (
    a_request,
    a_response,
)


@pytest.mark.proves("FN-001", "FN-002")
def test_a_request_event_has_exactly_the_documented_fields() -> None:
    event = request_event(a_request("/media/index.mpd", client_ip="198.51.100.11"))

    assert event == documented_event(
        method="GET",
        uri="/media/index.mpd",
        querystring={},
        headers={"host": {"value": "logs.example.com"}},
        cookies={},
    )


@pytest.mark.proves("FN-003")
def test_a_repeated_parameter_has_all_its_values() -> None:
    event = request_event(a_request("/?ID=42&NoValue&q=val1&q=val2,val%203&&"))

    assert event["request"]["querystring"] == {
        "ID": {"value": "42"},
        "NoValue": {"value": ""},
        "q": {
            "value": "val1",
            "multiValue": [{"value": "val1"}, {"value": "val2,val%203"}],
        },
    }


@pytest.mark.proves("FN-003", "FN-005")
def test_headers_are_in_lower_case_and_without_cookies() -> None:
    lines = [("Accept", "a/b"), ("ACCEPT", "c/d"), ("Cookie", "a=1"), ("X-B", "b")]

    event = request_event(a_request(headers=lines))

    assert event["request"]["headers"] == {
        "host": {"value": "logs.example.com"},
        "accept": {
            "value": "a/b",
            "multiValue": [{"value": "a/b"}, {"value": "c/d"}],
        },
        "x-b": {"value": "b"},
    }


@pytest.mark.proves("FN-003")
def test_cookies_of_all_lines_are_in_one_object() -> None:
    lines = [("Cookie", "a=1; b=x=y;c"), ("cookie", "a=2")]

    event = request_event(a_request(headers=lines))

    assert event["request"]["cookies"] == {
        "a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]},
        "b": {"value": "x=y"},
        "c": {"value": ""},
    }


@pytest.mark.proves("LH-001")
def test_hidden_headers_are_not_in_the_event() -> None:
    event = request_event(a_request(headers=[("X-Edge-Secret", "1"), ("Upgrade", "h2")]))

    assert list(event["request"]["headers"]) == ["host"]


@pytest.mark.proves("FN-024")
def test_a_function_sees_the_viewers_country() -> None:
    event = request_event(a_request(headers=[("CloudFront-Viewer-Country", "GB")]))

    assert event["request"]["headers"]["cloudfront-viewer-country"] == {"value": "GB"}


@pytest.mark.proves("FN-001", "FN-007", "FN-008")
def test_a_response_event_has_status_headers_and_cookies_and_no_body() -> None:
    lines = [
        ("Content-Type", "text/html"),
        ("Set-Cookie", "ID=id1234; Expires=Wed, 05 Apr 2021 07:28:00 GMT"),
        ("Set-Cookie", "c=val1; Secure; Path=/"),
        ("Set-Cookie", "c=val2"),
    ]

    event = response_event(a_response(headers=lines))

    assert event["context"]["eventType"] == "viewer-response"
    assert event["response"] == {
        "statusCode": 200,
        "statusDescription": "OK",
        "headers": {"content-type": {"value": "text/html"}},
        "cookies": {
            "ID": {
                "value": "id1234",
                "attributes": "Expires=Wed, 05 Apr 2021 07:28:00 GMT",
            },
            "c": {
                "value": "val1",
                "attributes": "Secure; Path=/",
                "multiValue": [
                    {"value": "val1", "attributes": "Secure; Path=/"},
                    {"value": "val2"},
                ],
            },
        },
    }


def test_a_status_without_a_reason_phrase_has_no_description() -> None:
    assert response_event(a_response(599))["response"]["statusDescription"] == ""


PLAIN = a_request("/a%20b?x=1&y&x=2", headers=[("Cookie", "a=b; c=d"), ("X-Quoted", '"\\ /')])


@pytest.mark.parametrize("request_", [PLAIN, a_request("/é", headers=[("X-Letter", "ÿ")])])
def test_an_events_text_is_its_json(request_: Request) -> None:
    at_request = viewer_request_event(request_, config=CONFIG)
    at_response = viewer_response_event(request_, a_response(), config=CONFIG)

    for event in (at_request, at_response):
        assert list(json.loads(event.text()).items()) == list(event.items())
        assert json.loads(event.request_text) == event["request"]


def test_an_unchanged_request_is_serialized_as_in_the_event() -> None:
    event = viewer_request_event(PLAIN, config=CONFIG)

    outcome = run_code("function handler(event) { return event.request; }", event)

    assert outcome.result == event.request_text


def test_requests_with_equal_headers_have_their_own_targets() -> None:
    one = viewer_request_event(PLAIN, config=CONFIG)
    other = viewer_request_event(replace(PLAIN, uri="/other"), config=CONFIG)

    assert json.loads(one.request_text)["uri"] == PLAIN.uri
    assert json.loads(other.request_text)["uri"] == "/other"
