"""The events of Lambda@Edge functions, as the whole pipeline makes them from a request."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from localfront.config.policies import OriginRequestPolicy, Selection
from localfront.lambda_edge.contract.limits import KB, MB
from tests.localfront.factories import (
    ALL,
    DISTRIBUTION_ID,
    DOMAIN_NAME,
    HOST,
    a_cache_policy,
    listed,
)
from tests.localfront.recorded_events import EVENTS, METHODS, a_site, passing_on, record
from tests.localfront.sites import Edge

VIEWER_REQUEST, ORIGIN_REQUEST, ORIGIN_RESPONSE, VIEWER_RESPONSE = range(4)


def event_record(edge: Edge, event: int = VIEWER_REQUEST) -> dict[str, Any]:
    """The record of one of the four events, after one miss."""
    return record(edge.functions.events[event])


def names(headers: dict[str, Any]) -> dict[str, str]:
    return {name: lines[0]["value"] for name, lines in headers.items()}


@pytest.mark.proves("LE-002", "LE-003", "LE-004", "LE-005", "LE-006", "LE-007", "LE-009")
async def test_all_four_events_name_the_distribution_and_the_request() -> None:
    edge = a_site()

    await edge.get("/a", client_ip="203.0.113.178")

    for event, kind in enumerate(EVENTS):
        cf = event_record(edge, event)
        assert cf["config"] == {
            "distributionDomainName": DOMAIN_NAME,
            "distributionId": DISTRIBUTION_ID,
            "eventType": kind,
            "requestId": "request-id==",
        }
        request = cf["request"]
        assert (request["method"], request["uri"], request["querystring"]) == ("GET", "/a", "")
        assert request["clientIp"] == "203.0.113.178"


@pytest.mark.proves("LE-012", "LE-013", "LE-020")
async def test_viewer_events_have_the_viewers_headers_and_origin_events_the_forwarded_ones() -> (
    None
):
    edge = a_site()

    await edge.get("/a", headers=[("User-Agent", "curl/8"), ("X-Mine", "1"), ("Cookie", "a=1")])

    at_viewer, at_origin = (
        event_record(edge)["request"],
        event_record(edge, ORIGIN_REQUEST)["request"],
    )
    assert names(at_viewer["headers"]) == {
        "host": HOST, "user-agent": "curl/8", "x-mine": "1", "cookie": "a=1",
    }  # fmt: skip
    assert "origin" not in at_viewer
    seen = names(at_origin["headers"])
    assert seen["user-agent"] == "Amazon CloudFront"
    assert seen["host"] == "pages.s3.us-east-1.amazonaws.com"
    assert "via" in seen
    assert not {"x-mine", "cookie"} & seen.keys()


@pytest.mark.proves("LE-015", "LE-016")
async def test_response_events_have_a_string_status_and_no_body() -> None:
    edge = a_site()

    received = await edge.get("/a")

    assert received.body == b"a page"
    for event in (ORIGIN_RESPONSE, VIEWER_RESPONSE):
        response = event_record(edge, event)["response"]
        assert (response["status"], response["statusDescription"]) == ("200", "OK")
        assert "body" not in response
        assert response["headers"]["cache-control"] == [
            {"key": "Cache-Control", "value": "max-age=60"}
        ]


@pytest.mark.proves("LE-019")
@pytest.mark.parametrize(("query_strings", "seen"), [(ALL, "b=2&a=1"), (listed(), "")])
async def test_origin_events_have_the_query_string_if_it_is_forwarded(
    query_strings: Selection, seen: str
) -> None:
    edge = a_site(behavior={"cache_policy": a_cache_policy(query_strings=query_strings)})

    await edge.get("/a?b=2&a=1")

    for event in (ORIGIN_REQUEST, ORIGIN_RESPONSE):
        assert event_record(edge, event)["request"]["querystring"] == seen
    assert event_record(edge)["request"]["querystring"] == "b=2&a=1"


@pytest.mark.proves("LE-022")
async def test_a_viewers_cloudfront_header_is_replaced_only_for_origin_events() -> None:
    name = "cloudfront-forwarded-proto"
    policy = OriginRequestPolicy(id="p", cloudfront_headers=frozenset({name}))
    edge = a_site(behavior={"origin_request_policy": policy})

    await edge.get("/a", headers=[(name, "mine")])

    assert names(event_record(edge)["request"]["headers"])[name] == "mine"
    assert names(event_record(edge, ORIGIN_REQUEST)["request"]["headers"])[name] == "https"


@pytest.mark.proves("LE-018")
async def test_bytes_that_are_not_utf_8_are_latin_1_in_the_event_and_forwarded_unchanged() -> None:
    as_sent = b"caf\xe9".decode("utf-8", "surrogateescape")
    policy = a_cache_policy(headers=listed("x-word"))
    edge = a_site(behavior={"cache_policy": policy})

    await edge.get("/a", headers=[("X-Word", as_sent)])

    assert names(event_record(edge)["request"]["headers"])["x-word"] == "café"
    assert edge.origins.received[0].request.headers.get("x-word") == as_sent


@pytest.mark.proves("LE-025", "LE-026")
@pytest.mark.parametrize(("event", "limit"), [("viewer-request", 40 * KB), ("origin-request", MB)])
@pytest.mark.parametrize("over", [0, 1])
async def test_a_body_is_base64_and_truncated_at_the_limit(
    event: str, limit: int, over: int
) -> None:
    edge = a_site(event, behavior={"include_body": True, "allowed_methods": METHODS})
    sent = b"x" * (limit + over)

    await edge.get("/a", method="POST", body=sent, headers=[("Content-Length", str(len(sent)))])

    body = event_record(edge)["request"]["body"]
    assert base64.b64decode(body["data"], validate=True) == b"x" * limit
    assert (body["encoding"], body["action"]) == ("base64", "read-only")
    assert body["inputTruncated"] is bool(over)
    assert edge.origins.received[0].body == sent


@pytest.mark.proves("LE-029")
@pytest.mark.parametrize(
    ("encoding", "length", "status"),
    [
        ("text", 40 * KB, 200),
        ("text", 40 * KB + 1, 502),
        ("base64", 53_248, 200),
        ("base64", 56_000, 502),
    ],
)
async def test_a_replaced_body_is_limited_in_size(encoding: str, length: int, status: int) -> None:
    def replaced(cf: dict[str, Any]) -> object:
        body = {**cf["request"]["body"], "action": "replace", "encoding": encoding}
        return {**cf["request"], "body": {**body, "data": "A" * length}}

    edge = a_site(
        "viewer-request",
        runs=passing_on(viewer_request=replaced),
        behavior={"include_body": True, "allowed_methods": METHODS},
    )

    response = await edge.get("/a", method="POST", body=b"old", headers=[("Content-Length", "3")])

    assert response.status == status


@pytest.mark.proves("LE-032", "LE-033", "LE-039")
@pytest.mark.parametrize(
    ("target", "kind", "fields"),
    [
        (
            "api",
            "custom",
            {
                "customHeaders", "domainName", "keepaliveTimeout", "path", "port", "protocol",
                "readTimeout", "sslProtocols",
            },
        ),
        (
            "pages",
            "s3",
            {"authMethod", "customHeaders", "domainName", "path", "readTimeout", "region"},
        ),
    ],
)  # fmt: skip
async def test_an_origin_request_event_has_the_origin(
    target: str, kind: str, fields: set[str]
) -> None:
    edge = a_site(behavior={"target_origin_id": target})

    await edge.get("/a")

    origin = event_record(edge, ORIGIN_REQUEST)["request"]["origin"]
    assert origin.keys() == {kind}
    assert origin[kind].keys() == fields
