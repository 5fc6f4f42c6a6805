"""The origin events, and the response events."""

import pytest

from localfront.http_messages.messages import Headers, Request
from localfront.lambda_edge.contract.events import (
    origin_request_event,
    origin_response_event,
    viewer_response_event,
)
from tests.localfront.edge_responses import CONFIG, message_of
from tests.localfront.factories import (
    a_request,
    a_response,
    an_api_origin,
    an_origin,
)

# The shapes of "Lambda@Edge event structure", with values of our own.
ORIGIN_REQUEST_EVENT = {
    "Records": [
        {
            "cf": {
                "config": {
                    "distributionDomainName": "d111111abcdef8.cloudfront.net",
                    "distributionId": "EDFDVBD6EXAMPLE",
                    "eventType": "origin-request",
                    "requestId": CONFIG.request_id,
                },
                "request": {
                    "clientIp": "203.0.113.178",
                    "headers": {
                        "x-forwarded-for": [{"key": "X-Forwarded-For", "value": "203.0.113.178"}],
                        "user-agent": [{"key": "User-Agent", "value": "Amazon CloudFront"}],
                        "via": [
                            {
                                "key": "Via",
                                "value": "1.1 localfront.cloudfront.net (CloudFront)",
                            }
                        ],
                        "host": [{"key": "Host", "value": "origin.example.org"}],
                        "cache-control": [{"key": "Cache-Control", "value": "no-cache"}],
                    },
                    "method": "GET",
                    "origin": {
                        "custom": {
                            "customHeaders": {"x-key": [{"key": "X-Key", "value": "k"}]},
                            "domainName": "origin.example.org",
                            "keepaliveTimeout": 5,
                            "path": "/v1",
                            "port": 443,
                            "protocol": "https",
                            "readTimeout": 30,
                            "responseCompletionTimeout": 60,
                            "sslProtocols": ["TLSv1.2"],
                        }
                    },
                    "querystring": "",
                    "uri": "/stars.html",
                },
            }
        }
    ]
}


@pytest.mark.proves("LE-001", "LE-004", "LE-013", "LE-031", "LE-032")
def test_the_event_of_an_origin_request_has_exactly_the_documented_shape() -> None:
    request = Request(
        method="GET",
        uri="/stars.html",
        headers=Headers.of(
            [
                ("X-Forwarded-For", "203.0.113.178"),
                ("User-Agent", "Amazon CloudFront"),
                ("Via", "1.1 localfront.cloudfront.net (CloudFront)"),
                ("Host", "origin.example.org"),
                ("Cache-Control", "no-cache"),
                ("X-Amz-Cf-Id", "hidden"),
            ]
        ),
        client_ip="203.0.113.178",
    )
    origin = an_api_origin(
        domain_name="origin.example.org",
        origin_path="/v1",
        custom_headers=(("X-Key", "k"),),
        response_completion_timeout=60,
    )

    assert origin_request_event(request, origin, config=CONFIG) == ORIGIN_REQUEST_EVENT


@pytest.mark.proves("LE-033", "LE-039")
def test_an_s3_origin_has_its_own_fields_and_no_name_for_access_control() -> None:
    event = origin_request_event(a_request(), an_origin(), config=CONFIG)

    assert message_of(event)["origin"] == {
        "s3": {
            "authMethod": "none",
            "customHeaders": {},
            "domainName": "pages.s3.us-east-1.amazonaws.com",
            "path": "",
            "readTimeout": 30,
            "region": "",
        }
    }


@pytest.mark.proves("LE-039")
def test_an_access_identity_is_in_the_event_with_the_buckets_region() -> None:
    origin = an_origin(
        domain_name="pages.s3.eu-west-1.amazonaws.com",
        origin_access_control=None,
        origin_access_identity="E74FTE3AEXAMPLE",
    )

    message = message_of(origin_request_event(a_request(), origin, config=CONFIG))

    assert message["origin"]["s3"]["authMethod"] == "origin-access-identity"
    assert message["origin"]["s3"]["region"] == "eu-west-1"


@pytest.mark.proves("LE-032")
@pytest.mark.parametrize(
    ("policy", "scheme", "expected"),
    [
        ("http-only", "https", ("http", 8080)),
        ("https-only", "http", ("https", 8443)),
        ("match-viewer", "http", ("http", 8080)),
        ("match-viewer", "https", ("https", 8443)),
    ],
)
def test_the_protocol_in_the_event_is_the_one_for_this_request(
    policy: str, scheme: str, expected: tuple[str, int]
) -> None:
    origin = an_api_origin(protocol_policy=policy, http_port=8080, https_port=8443)

    event = origin_request_event(a_request(scheme=scheme), origin, config=CONFIG)

    custom = message_of(event)["origin"]["custom"]
    assert (custom["protocol"], custom["port"]) == expected


# The response events.

HEADERS = [
    ("Content-Type", "text/html"),
    ("Set-Cookie", "a=1"),
    ("Set-Cookie", "b=2"),
    ("X-Cache", "hidden"),
]
SHOWN_RESPONSE = {
    "headers": {
        "content-type": [{"key": "Content-Type", "value": "text/html"}],
        "set-cookie": [
            {"key": "Set-Cookie", "value": "a=1"},
            {"key": "Set-Cookie", "value": "b=2"},
        ],
    },
    "status": "200",
    "statusDescription": "OK",
}


@pytest.mark.proves("LE-001", "LE-004", "LE-014", "LE-015", "LE-016")
def test_an_origin_response_event_has_the_request_sent_to_the_origin() -> None:
    response = a_response(headers=HEADERS, body=b"never shown")

    event = origin_response_event(a_request("/a?b"), an_api_origin(), response, config=CONFIG)

    (record,) = event["Records"]
    assert set(record["cf"]) == {"config", "request", "response"}
    assert record["cf"]["config"]["eventType"] == "origin-response"
    assert record["cf"]["request"]["origin"]["custom"]["path"] == "/prod"
    assert record["cf"]["request"]["uri"] == "/a"
    assert record["cf"]["response"] == SHOWN_RESPONSE


@pytest.mark.proves("LE-001", "LE-004", "LE-014", "LE-015", "LE-016")
def test_a_viewer_response_event_has_the_viewers_request() -> None:
    response = a_response(headers=HEADERS, body=b"never shown")

    event = viewer_response_event(a_request("/a?b"), response, config=CONFIG)

    (record,) = event["Records"]
    assert set(record["cf"]) == {"config", "request", "response"}
    assert record["cf"]["config"]["eventType"] == "viewer-response"
    assert "origin" not in record["cf"]["request"]
    assert record["cf"]["response"] == SHOWN_RESPONSE


@pytest.mark.proves("LE-017")
def test_viewer_response_sees_the_age_of_a_hit() -> None:
    event = viewer_response_event(a_request(), a_response(headers=[("Age", "2402")]), config=CONFIG)

    headers = message_of(event, "response")["headers"]
    assert headers["age"] == [{"key": "Age", "value": "2402"}]


@pytest.mark.proves("LE-015")
@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (404, "", "Not Found"),
        (200, "Fine", "Fine"),
        (200, b"caf\xe9".decode("utf-8", "surrogateescape"), "café"),
        (499, "", ""),
    ],
)
def test_a_status_description_is_the_origins_or_the_standard_one(
    status: int, reason: str, expected: str
) -> None:
    event = viewer_response_event(a_request(), a_response(status, reason=reason), config=CONFIG)

    assert message_of(event, "response")["statusDescription"] == expected
