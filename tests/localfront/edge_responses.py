"""Results that functions may return, for tests of how they are read."""

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from localfront.config.distribution import Origin
from localfront.errors import EdgeValidationError
from localfront.http_messages.messages import Request, Response
from localfront.lambda_edge.contract.body_field import ShownBody
from localfront.lambda_edge.contract.events import (
    EventConfig,
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
from localfront.profiles import ASSUMPTIONS, PROFILE_2026, Assumptions, Profile
from tests.localfront.factories import a_request, an_api_origin

CONFIG = EventConfig(
    distribution_domain_name="d111111abcdef8.cloudfront.net",
    distribution_id="EDFDVBD6EXAMPLE",
    request_id="4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
)


ReadResponse = Callable[..., Response]  # of the two below


def passed(result: Passed | Response) -> Request:
    assert isinstance(result, Passed)
    return result.request


def read(request: Request, **changes: Any) -> Passed | Response:
    """The result when a viewer-request function hands back the request with fields changed."""
    event, returned = sent_and_returned(request)
    return read_viewer_request_result(event, returned | changes, request, profile=PROFILE_2026)


def read_with_headers(request: Request, **headers: Any) -> Passed | Response:
    """The result when a function sets headers (`_` for `-`), or deletes them (None)."""
    _, returned = sent_and_returned(request)
    changed = with_headers(returned["headers"], **headers)
    return read(request, headers=changed)


def read_body(
    body: ShownBody, changes: Mapping[str, object], *, profile: Profile = PROFILE_2026
) -> Passed:
    """The result when a function changes fields of `body` at viewer-request."""
    request = a_request(method="POST", headers=[("Content-Length", "5")])
    event = viewer_request_event(request, config=CONFIG, body=body)
    returned = message_of(event)
    returned["body"] |= changes
    result = read_viewer_request_result(event, returned, request, profile=profile)
    assert isinstance(result, Passed)
    return result


def read_at_origin(
    request: Request,
    origin: Origin | None = None,
    /,
    *,
    profile: Profile = PROFILE_2026,
    **changes: Any,
) -> PassedToOrigin:
    """The result when an origin-request function hands back the request with fields changed."""
    origin = origin or an_api_origin()
    event = origin_request_event(request, origin, config=CONFIG)
    returned = message_of(event) | changes
    result = read_origin_request_result(event, returned, request, origin, profile=profile)
    assert isinstance(result, PassedToOrigin)
    return result


def read_origin_response(response: Response, **changes: Any) -> Response:
    """The result when an origin-response function hands back the response, fields changed."""
    event = origin_response_event(a_request(), an_api_origin(), response, config=CONFIG)
    returned = message_of(event, "response") | changes
    return read_origin_response_result(event, returned, response, profile=PROFILE_2026)


def read_viewer_response(response: Response, **changes: Any) -> Response:
    """The result when a viewer-response function hands back the response, fields changed."""
    event = viewer_response_event(a_request(), response, config=CONFIG)
    returned = message_of(event, "response") | changes
    return read_viewer_response_result(event, returned, response, profile=PROFILE_2026)


def sent_and_returned(request: Request) -> tuple[dict[str, Any], dict[str, Any]]:
    event = viewer_request_event(request, config=CONFIG)
    return event, message_of(event)


def message_of(event: Mapping[str, Any], kind: str = "request") -> dict[str, Any]:
    """A copy of the event's request or response, as a function gets it."""
    message: dict[str, Any] = json.loads(json.dumps(event["Records"][0]["cf"][kind]))
    return message


def with_headers(event_fields: Mapping[str, Any], **headers: Any) -> dict[str, Any]:
    """Shown headers with some set (`_` for `-`), or deleted (None)."""
    changed: dict[str, Any] = copy.deepcopy(dict(event_fields))
    for name, value in headers.items():
        key = name.replace("_", "-")
        if value is None:
            del changed[key]
        else:
            changed[key] = [{"key": key, "value": value}] if isinstance(value, str) else value
    return changed


def generated(assumptions: Assumptions = ASSUMPTIONS, /, **response: Any) -> Response:
    """The response that a function generates at viewer-request."""
    request = a_request()
    event, _ = sent_and_returned(request)
    result = read_viewer_request_result(
        event, response, request, profile=PROFILE_2026, assumptions=assumptions
    )
    assert isinstance(result, Response)
    return result


def generated_at_origin(**response: Any) -> Response:
    """The response that a function generates at origin-request."""
    request, origin = a_request(), an_api_origin()
    event = origin_request_event(request, origin, config=CONFIG)
    result = read_origin_request_result(event, response, request, origin, profile=PROFILE_2026)
    assert isinstance(result, Response)
    return result


def refusal(error: pytest.ExceptionInfo[EdgeValidationError]) -> tuple[str, int]:
    return error.value.rule, error.value.status
