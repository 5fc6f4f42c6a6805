"""An unchanged result leaves any message unchanged."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.http_messages.messages import Headers, Request, Response
from localfront.lambda_edge.contract.body_field import ShownBody
from localfront.lambda_edge.contract.events import (
    origin_request_event,
    origin_response_event,
    viewer_request_event,
    viewer_response_event,
)
from localfront.lambda_edge.contract.request_results import (
    Passed,
    PassedToOrigin,
    read_origin_request_result,
    read_viewer_request_result,
)
from localfront.lambda_edge.contract.response_results import (
    read_origin_response_result,
    read_viewer_response_result,
)
from localfront.profiles import CLASSIC, PROFILE_2026, Profile
from tests.localfront.edge_responses import CONFIG, message_of
from tests.localfront.factories import an_api_origin, an_origin

BYTES = st.binary(max_size=12).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
NAMES = st.sampled_from(
    [
        "Accept",
        "accept",
        "X-Tag",
        "Connection",
        "X-Edge-A",
        "Via",
        "CDN-Loop",
        "Host",
        "Content-Length",
        "Set-Cookie",
        "Transfer-Encoding",
        "If-Range",
        "Warning",
        "Content-Encoding",
        "X-Cache",
        "CloudFront-Viewer-Country",
    ]
)
HEADERS = st.lists(st.tuples(NAMES, BYTES), max_size=8).map(Headers.of)
REQUESTS = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST"]),
    uri=BYTES.map(lambda path: f"/{path}"),
    querystring=BYTES,
    headers=HEADERS,
    scheme=st.sampled_from(["http", "https"]),
)
RESPONSES = st.builds(
    Response,
    status=st.integers(200, 599),
    headers=HEADERS,
    body=st.binary(max_size=8),
    reason=BYTES,
)
BODIES = st.none() | st.builds(ShownBody, data=st.binary(max_size=8), truncated=st.booleans())
ORIGINS = st.sampled_from(
    [
        an_origin(),
        an_origin(origin_access_control=None, origin_access_identity="E1"),
        an_api_origin(response_completion_timeout=60),
        an_api_origin(
            protocol_policy="match-viewer",
            custom_headers=(
                ("X-Tag", "own"),
                ("x-tag", b"\xe9".decode("utf-8", "surrogateescape")),
            ),
        ),
    ]
)
PROFILES = st.sampled_from([PROFILE_2026, CLASSIC])


@pytest.mark.proves("LE-018", "LH-001", "LR-001")
@given(REQUESTS, BODIES, PROFILES)
def test_an_unchanged_viewer_request_is_the_same_object(
    request: Request, body: ShownBody | None, profile: Profile
) -> None:
    event = viewer_request_event(request, config=CONFIG, body=body)

    result = read_viewer_request_result(event, message_of(event), request, profile=profile)

    assert isinstance(result, Passed)
    assert result.request is request
    assert result.body is None


@pytest.mark.proves("LE-018", "LH-001", "LR-001")
@given(REQUESTS, ORIGINS, BODIES, PROFILES)
def test_an_unchanged_origin_request_is_the_same_object(
    request: Request, origin: Any, body: ShownBody | None, profile: Profile
) -> None:
    event = origin_request_event(request, origin, config=CONFIG, body=body)

    result = read_origin_request_result(event, message_of(event), request, origin, profile=profile)

    assert isinstance(result, PassedToOrigin)
    assert result.request is request
    assert result.origin is origin
    assert result.body is None


@pytest.mark.proves("LE-018", "LR-001", "LR-012")
@given(REQUESTS, RESPONSES, PROFILES)
def test_an_unchanged_response_is_the_same_object(
    request: Request, response: Response, profile: Profile
) -> None:
    at_origin = origin_response_event(request, an_origin(), response, config=CONFIG)
    at_viewer = viewer_response_event(request, response, config=CONFIG)

    for read, event in (
        (read_origin_response_result, at_origin),
        (read_viewer_response_result, at_viewer),
    ):
        returned = message_of(event, "response")
        assert read(event, returned, response, profile=profile) is response
