"""Any result of a function is either accepted or refused."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localfront.errors import EdgeValidationError
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
from localfront.profiles import PROFILE_2026
from tests.localfront.edge_responses import CONFIG, message_of
from tests.localfront.factories import an_api_origin, an_origin

REQUEST = Request(
    method="POST",
    uri="/a",
    querystring="b=c",
    headers=Headers.of([("Host", "a.example"), ("Via", "1.1 a"), ("X-Tag", "é")]),
)
RESPONSE = Response(
    status=200, headers=Headers.of([("Content-Length", "1"), ("A", "b")]), body=b"x"
)
BODY = ShownBody(data=b"hello", truncated=False)
S3, CUSTOM = an_origin(), an_api_origin(custom_headers=(("X-Key", "k"),))

Read = Callable[[Any], object]


def at_viewer_request(returned: object) -> object:
    event = viewer_request_event(REQUEST, config=CONFIG, body=BODY)
    return read_viewer_request_result(event, returned, REQUEST, profile=PROFILE_2026)


def at_origin_request(origin: Any) -> Read:
    def read(returned: object) -> object:
        event = origin_request_event(REQUEST, origin, config=CONFIG, body=BODY)
        return read_origin_request_result(event, returned, REQUEST, origin, profile=PROFILE_2026)

    return read


def at_origin_response(returned: object) -> object:
    event = origin_response_event(REQUEST, S3, RESPONSE, config=CONFIG)
    return read_origin_response_result(event, returned, RESPONSE, profile=PROFILE_2026)


def at_viewer_response(returned: object) -> object:
    event = viewer_response_event(REQUEST, RESPONSE, config=CONFIG)
    return read_viewer_response_result(event, returned, RESPONSE, profile=PROFILE_2026)


def sent(origin: Any) -> dict[str, Any]:
    event = origin_request_event(REQUEST, origin, config=CONFIG, body=BODY)
    return message_of(event)


GENERATED = {
    "status": "302",
    "statusDescription": "Found",
    "headers": {"location": [{"key": "Location", "value": "/"}]},
    "body": "eA==",
    "bodyEncoding": "base64",
}
SHOWN = message_of(viewer_response_event(REQUEST, RESPONSE, config=CONFIG), "response")
CASES: list[tuple[Read, dict[str, Any]]] = [
    (
        at_viewer_request,
        message_of(viewer_request_event(REQUEST, config=CONFIG, body=BODY)),
    ),
    (at_viewer_request, GENERATED),
    (at_origin_request(S3), sent(S3)),
    (at_origin_request(S3), sent(CUSTOM)),
    (at_origin_request(CUSTOM), sent(CUSTOM)),
    (at_origin_request(CUSTOM), sent(S3)),
    (at_origin_request(CUSTOM), GENERATED),
    (at_origin_response, SHOWN | {"body": "new"}),
    (at_viewer_response, SHOWN),
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-1, 70_000)
    | st.floats(allow_nan=False)
    | st.text(max_size=6)
    | st.sampled_from(
        [
            "replace",
            "read-only",
            "text",
            "base64",
            "none",
            "origin-access-identity",
            "http",
            "https",
            "204",
            "200",
            "/",
            "/v2",
            "a.example",
            "x.s3.us-east-1.amazonaws.com",
            "content-length",
            "host",
            "�",
            "\r\n",
        ]
    )
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=6), inner, max_size=3)
        | st.fixed_dictionaries({"value": inner})
        | st.dictionaries(
            st.sampled_from(["via", "x-a", "x-key"]),
            st.lists(st.fixed_dictionaries({"value": inner}), max_size=2),
        )
    ),
    max_leaves=6,
)


def places(value: object, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to each value within a JSON value."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [at, *(way for key, part in inner for way in places(part, (*at, key)))]


def mutated(whole: dict[str, Any], way: tuple[Any, ...], value: object) -> object:
    """A copy with one value replaced; ... deletes it."""
    if not way:
        return None if value is ... else value
    changed = copy.deepcopy(whole)
    part: Any = changed
    for key in way[:-1]:
        part = part[key]
    if value is ...:
        del part[way[-1]]
    else:
        part[way[-1]] = value
    return changed


def outcome(read: Read, returned: object) -> str:
    try:
        result = read(returned)
    except EdgeValidationError as error:
        return f"refused: {error.status}"
    accepted = isinstance(result, Passed | PassedToOrigin | Response)
    return "taken" if accepted else "lost"


@pytest.mark.proves("LR-002", "LX-001")
@given(st.sampled_from(CASES), st.data())
def test_any_result_is_accepted_or_refused_without_a_crash(
    case: tuple[Read, dict[str, Any]], data: st.DataObject
) -> None:
    read, returned = case
    for _ in range(data.draw(st.integers(1, 3))):
        way = data.draw(st.sampled_from(places(returned)))
        mutation = mutated(returned, way, data.draw(JSON | st.just(...)))
        returned = mutation if isinstance(mutation, dict) else {"status": mutation}

    assert outcome(read, json.loads(json.dumps(returned))) in ("taken", "refused: 502")


@pytest.mark.proves("LR-002")
@given(JSON)
def test_any_json_is_accepted_or_refused_without_a_crash(returned: object) -> None:
    for read, _ in CASES:
        assert outcome(read, returned) in ("taken", "refused: 502")


@pytest.mark.proves("LR-002")
@pytest.mark.parametrize("deep", ["[" * 900 + "]" * 900, '{"a":' * 900 + "1" + "}" * 900])
def test_a_deeply_nested_value_is_accepted_or_refused_in_any_field(deep: str) -> None:
    nested = json.loads(deep)

    for read, returned in CASES:
        for way in places(returned):
            result = mutated(returned, way, nested)
            assert outcome(read, result) in ("taken", "refused: 502")
