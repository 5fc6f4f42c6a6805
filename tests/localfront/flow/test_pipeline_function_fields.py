"""Fields that CloudFront Functions see and may change, in the whole pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from localfront.config.distribution import FunctionAssociation
from localfront.config.managed_policies import ALL_VIEWER, ALL_VIEWER_AND_CLOUDFRONT_HEADERS
from localfront.http_messages.messages import Request, Response
from tests.localfront.cloudfront_functions.running import documented_event
from tests.localfront.factories import (
    ALL,
    a_behavior,
    a_cache_policy,
    a_request,
    a_response,
    an_edge_function,
)
from tests.localfront.sites import Edge, request_of, site, x_cache

Event = Mapping[str, Any]
ARN = "arn:aws:cloudfront::123456789012:function/f"
EVERYTHING = a_cache_policy(query_strings=ALL, cookies=ALL)


def functions(event_type: str, runs: Any, *, response: Response | None = None) -> Edge:
    return site(
        default=a_behavior(
            cache_policy=EVERYTHING,
            origin_request_policy=ALL_VIEWER,
            function_associations=(FunctionAssociation(event_type=event_type, function_arn=ARN),),
        ),
        responses={"/a": response or a_response()},
        returns=runs,
    )


async def event_of(request: Request) -> Event:
    edge = functions("viewer-request", lambda event: event["request"])
    await edge.respond(request)
    return edge.functions.events[0]


async def sent_after(target: str = "/a", **changes: Any) -> Request:
    """The origin's request when the function returns its own with fields changed."""
    edge = functions("viewer-request", lambda event: {**event["request"], **changes})
    response = await edge.get(target)
    assert response.status == 200
    return edge.origins.received[0].request


@pytest.mark.proves("FN-001", "FN-003", "FN-005")
async def test_a_function_sees_a_request_as_documented() -> None:
    lines = [("ACCEPT", "a/b"), ("Accept", "c/d"), ("Cookie", "a=1; b=2; a=3")]

    event = await event_of(a_request("/a?q=1&q=2", headers=lines, client_ip="198.51.100.11"))

    assert event == documented_event(
        method="GET",
        uri="/a",
        querystring={"q": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}},
        headers={
            "host": {"value": "logs.example.com"},
            "accept": {"value": "a/b", "multiValue": [{"value": "a/b"}, {"value": "c/d"}]},
        },
        cookies={
            "a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "3"}]},
            "b": {"value": "2"},
        },
    )


@pytest.mark.parametrize(
    ("changed", "sent"),
    [
        ({"value": "9", "multiValue": [{"value": "1"}, {"value": "2"}]}, "q=9&q=2"),
        ({"value": "9", "multiValue": [{"value": "7"}, {"value": "8"}]}, "q=7&q=8"),
    ],
)
@pytest.mark.proves("FN-004")
async def test_a_changed_list_wins_over_a_changed_value(changed: Any, sent: str) -> None:
    forwarded = await sent_after("/a?q=1&q=2", querystring={"q": changed})

    assert forwarded.querystring == sent


@pytest.mark.proves("FN-005")
async def test_an_added_header_is_capitalized_on_the_wire() -> None:
    headers = {"host": {"value": "logs.example.com"}, "x-own-header": {"value": "1"}}

    forwarded = await sent_after(headers=headers)

    assert ("X-Own-Header", "1") in forwarded.headers.lines


@pytest.mark.proves("FN-005")
async def test_a_header_name_with_upper_case_letters_is_refused() -> None:
    added = {"X-Own": {"value": "1"}}
    edge = functions(
        "viewer-request",
        lambda event: {**event["request"], "headers": {**event["request"]["headers"], **added}},
    )

    response = await edge.get("/a")

    assert response.status == 502
    assert x_cache(response) == "FunctionValidationError from cloudfront"


@pytest.mark.proves("FN-006")
async def test_a_query_string_may_be_given_as_text() -> None:
    assert (await sent_after("/a?a=1", querystring="b=%41&a=2")).querystring == "b=%41&a=2"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("made here", b"made here"),
        ({"encoding": "text", "data": "made here"}, b"made here"),
        ({"encoding": "base64", "data": "bWFkZSBoZXJl"}, b"made here"),
    ],
)
@pytest.mark.proves("FN-007", "FN-008")
async def test_a_function_may_generate_status_body_and_cookies(body: Any, text: bytes) -> None:
    made = {
        "statusCode": 401,
        "statusDescription": "Who are you",
        "body": body,
        "cookies": {"a": {"value": "1", "attributes": "Secure; Path=/"}},
    }

    response = await functions("viewer-request", lambda _: made).get("/a")

    assert (response.status, response.held) == (401, text)
    assert response.headers.get_all("set-cookie") == ("a=1; Secure; Path=/",)


@pytest.mark.proves("FN-008")
async def test_a_response_event_has_cookies_apart_from_headers() -> None:
    kept = a_response(headers=[("Set-Cookie", "a=1; Secure; Path=/"), ("X-Own", "1")])
    edge = functions("viewer-response", lambda event: event["response"], response=kept)

    response = await edge.get("/a")

    event_response = edge.functions.events[0]["response"]
    assert event_response["cookies"] == {"a": {"value": "1", "attributes": "Secure; Path=/"}}
    assert "set-cookie" not in event_response["headers"]
    assert response.headers.get_all("set-cookie") == ("a=1; Secure; Path=/",)


@pytest.mark.proves("FN-024")
async def test_cloudfront_functions_see_the_viewers_location_and_lambda_at_edge_does_not() -> None:
    facts = a_request("/a", headers=[("X-Localfront-Viewer", "country=GB")])
    policies: dict[str, Any] = {
        "cache_policy": EVERYTHING,
        "origin_request_policy": ALL_VIEWER_AND_CLOUDFRONT_HEADERS,
    }
    attached = FunctionAssociation(event_type="viewer-request", function_arn=ARN)

    seen = []
    for behavior in (
        a_behavior(function_associations=(attached,), **policies),
        a_behavior(lambda_function_associations=(an_edge_function(),), **policies),
    ):
        edge = site(default=behavior, responses={"/a": a_response()}, returns=_its_request)
        assert (await edge.respond(facts)).status == 200
        seen.append(_its_request(edge.functions.events[0])["headers"])

    assert seen[0]["cloudfront-viewer-country"] == {"value": "GB"}
    assert not any(name.startswith("cloudfront-") for name in seen[1])


def _its_request(event: Event) -> Any:
    return event["request"] if "request" in event else request_of(event)
