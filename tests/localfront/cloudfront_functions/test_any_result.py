"""Any result of a CloudFront Function is either accepted or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.cloudfront_functions.function_results import (
    read_viewer_request_result,
    read_viewer_response_result,
)
from localfront.errors import FunctionValidationError
from localfront.http_messages.messages import Headers, Request, Response
from tests.localfront.cloudfront_functions.running import request_event, response_event
from tests.localfront.lambda_edge.test_any_result import mutated, places

Read = Callable[[Any], object]

REQUEST = Request(
    method="GET",
    uri="/a",
    querystring="q=1&q=2&bare",
    headers=Headers.of([("Host", "a.example"), ("Cookie", "t=1; t=2"), ("X-A", "é")]),
)
RESPONSE = Response(
    status=200,
    headers=Headers.of([("Set-Cookie", "t=1; Path=/"), ("Set-Cookie", "t=2"), ("A", "b")]),
    body=b"x",
)
GENERATED = {
    "statusCode": 302,
    "statusDescription": "Found",
    "headers": {"location": {"value": "/"}},
    "cookies": {"t": {"value": "b", "attributes": "Path=/"}},
    "body": {"encoding": "base64", "data": "eA=="},
}


def at_viewer_request(returned: object) -> object:
    return read_viewer_request_result(request_event(REQUEST), returned, REQUEST)


def at_viewer_response(returned: object) -> object:
    return read_viewer_response_result(response_event(RESPONSE), returned, RESPONSE)


CASES: list[tuple[Read, Any]] = [
    (at_viewer_request, request_event(REQUEST)["request"]),
    (at_viewer_request, GENERATED),
    (at_viewer_response, response_event(RESPONSE)["response"]),
    (at_viewer_response, GENERATED),
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-1, 700)
    | st.floats(allow_nan=False)
    | st.text(max_size=6)
    | st.sampled_from(["base64", "text", "/", "host", "content-length", "\ud800", "\r\n"])
)
NAMES = st.sampled_from(["value", "multiValue", "attributes", "t", "q", "data", "encoding"])
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


def outcome(read: Read, returned: object) -> str:
    try:
        result = read(returned)
    except FunctionValidationError:
        return "refused"
    return "taken" if isinstance(result, Request | Response) else "lost"


@pytest.mark.proves("FN-012")
@given(st.sampled_from(CASES), st.data())
def test_any_result_is_accepted_or_refused_without_a_crash(
    case: tuple[Read, Any], data: st.DataObject
) -> None:
    read, returned = case
    for _ in range(data.draw(st.integers(1, 3))):
        way = data.draw(st.sampled_from(places(returned)))
        returned = mutated(returned, way, data.draw(JSON | st.just(...)))
        returned = returned if isinstance(returned, dict) else {"statusCode": returned}

    assert outcome(read, json.loads(json.dumps(returned))) in ("taken", "refused")


@given(JSON)
def test_any_json_is_accepted_or_refused_without_a_crash(returned: object) -> None:
    for read, _ in CASES:
        assert outcome(read, returned) in ("taken", "refused")
