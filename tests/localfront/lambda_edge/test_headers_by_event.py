"""Read-only headers by event, and permitted changes to the others."""

import pytest

from localfront.errors import EdgeValidationError
from localfront.http_messages.messages import Headers, Request, Response
from localfront.lambda_edge.contract.events import origin_request_event
from localfront.lambda_edge.contract.limits import READ_ONLY_HEADERS, EventType
from localfront.profiles import CLASSIC
from tests.localfront.edge_responses import (
    CONFIG,
    ReadResponse,
    generated_at_origin,
    message_of,
    read_at_origin,
    read_origin_response,
    read_viewer_response,
    refusal,
    with_headers,
)
from tests.localfront.factories import a_request, a_response, an_api_origin

AT_ORIGIN_REQUEST = sorted(READ_ONLY_HEADERS[EventType.ORIGIN_REQUEST])
RESPONSE_EVENTS = [
    pytest.param(read_origin_response, name, id=f"origin-response-{name}")
    for name in ("transfer-encoding", "via")
] + [
    pytest.param(read_viewer_response, name, id=f"viewer-response-{name}")
    for name in (
        "content-encoding",
        "content-length",
        "transfer-encoding",
        "via",
        "warning",
    )
]


@pytest.mark.proves("LH-003", "LH-005", "LH-008")
@pytest.mark.parametrize("name", AT_ORIGIN_REQUEST)
def test_origin_request_may_neither_add_change_nor_delete_a_read_only_header(
    name: str,
) -> None:
    with_it = Request(method="GET", uri="/", headers=Headers.of([(name, "1")]))
    line = [{"value": "2"}]

    for request, headers in (
        (Request(method="GET", uri="/"), {name: line}),
        (with_it, {name: line}),
        (with_it, {}),
    ):
        with pytest.raises(EdgeValidationError, match="read-only") as error:
            read_at_origin(request, headers=headers)
        assert error.value.status == 502


@pytest.mark.proves("LH-005")
def test_origin_request_may_change_the_host() -> None:
    result = read_at_origin(a_request(), headers={"host": [{"value": "elsewhere.example.org"}]})

    assert result.request.headers.lines == (("Host", "elsewhere.example.org"),)


@pytest.mark.proves("LH-004", "LH-005")
def test_the_classic_profile_allows_functions_to_change_cdn_loop() -> None:
    headers = {"cdn-loop": [{"value": "localfront"}]}
    request = Request(method="GET", uri="/")

    result = read_at_origin(request, profile=CLASSIC, headers=headers)

    assert result.request.headers.lines == (("Cdn-Loop", "localfront"),)
    with pytest.raises(EdgeValidationError):
        read_at_origin(request, headers=headers)


@pytest.mark.proves("LH-009")
def test_cloudfronts_headers_may_be_added_changed_and_removed_in_origin_events() -> None:
    request = a_request(
        headers=[("CloudFront-Viewer-City", "Paris"), ("CloudFront-Viewer-Asn", "1")]
    )
    message = message_of(origin_request_event(request, an_api_origin(), config=CONFIG))

    changed = read_at_origin(
        request,
        headers=with_headers(
            message["headers"],
            cloudfront_viewer_country="NL",
            cloudfront_viewer_city="Oslo",
            cloudfront_viewer_asn=None,
        ),
    )

    headers = changed.request.headers
    assert headers.get("cloudfront-viewer-country") == "NL"
    assert headers.get_all("cloudfront-viewer-city") == ("Oslo",)
    assert "cloudfront-viewer-asn" not in headers


@pytest.mark.proves("LH-003", "LH-006", "LH-007", "LH-008")
@pytest.mark.parametrize(("read", "name"), RESPONSE_EVENTS)
def test_response_events_may_neither_add_change_nor_delete_a_read_only_header(
    read: ReadResponse, name: str
) -> None:
    with_it = a_response(headers=[(name, "1")])
    line = [{"value": "2"}]

    for response, headers, rule in (
        (a_response(), {name: line}, "LH-003"),
        (with_it, {name: line}, "LH-003"),
        (with_it, {}, "LH-008"),
    ):
        with pytest.raises(EdgeValidationError, match="read-only") as error:
            read(response, headers=headers)
        assert refusal(error) == (rule, 502)


@pytest.mark.proves("LH-006", "LH-007")
def test_content_encoding_is_read_only_at_viewer_response_only() -> None:
    packed = a_response(headers=[("Content-Encoding", "gzip")])

    assert read_origin_response(packed, body="plain", headers={}).headers.lines == ()


@pytest.mark.proves("LH-001")
def test_a_hidden_header_is_kept_in_a_changed_response_and_may_not_be_added() -> None:
    response: Response = a_response(headers=[("X-Amzn-RequestId", "1"), ("A", "b")])

    changed = read_origin_response(response, headers={})

    assert changed.headers.lines == (("X-Amzn-RequestId", "1"),)
    with pytest.raises(EdgeValidationError) as error:
        read_origin_response(response, headers={"x-cache": [{"value": "Hit"}]})
    assert refusal(error) == ("LH-001", 502)


@pytest.mark.proves("LR-007")
def test_a_response_generated_at_origin_request_may_have_1_mb() -> None:
    assert len(generated_at_origin(status="200", body="x" * 2**20).held) == 2**20
    with pytest.raises(EdgeValidationError) as error:
        generated_at_origin(status="200", body="x" * (2**20 + 1))
    assert refusal(error) == ("LR-007", 502)


@pytest.mark.proves("LH-003")
def test_a_response_generated_at_origin_request_gets_its_content_length_set() -> None:
    with pytest.raises(EdgeValidationError, match="'content-length'") as error:
        generated_at_origin(status="200", headers={"content-length": [{"value": "0"}]})

    assert refusal(error) == ("LH-003", 502)
