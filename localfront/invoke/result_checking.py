"""Validate a function's result as CloudFront would at that event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localfront.http_messages.messages import Response
from localfront.invoke.event_reading import ReadEvent, read_event
from localfront.lambda_edge.contract.limits import EventType
from localfront.lambda_edge.contract.request_results import (
    read_origin_request_result,
    read_viewer_request_result,
)
from localfront.lambda_edge.contract.response_results import (
    read_origin_response_result,
    read_viewer_response_result,
)
from localfront.profiles import PROFILE_2026, Profile

Result = dict[str, Any]


def check_result(
    event: Mapping[str, Any], returned: object, *, profile: Profile = PROFILE_2026
) -> Result:
    """Return the result unchanged, if CloudFront would accept it.

    Raises EdgeValidationError (LX-001), and ConfigError for an invalid event.
    """
    _read(read_event(event), event, returned, profile)
    assert isinstance(returned, dict)  # noqa: S101 -- the only other kind
    return returned


def _read(read: ReadEvent, event: Mapping[str, Any], returned: object, profile: Profile) -> None:
    request, response = read.request, read.response or Response(status=200)
    match read.event_type:
        case EventType.VIEWER_REQUEST:
            read_viewer_request_result(event, returned, request, profile=profile)
        case EventType.ORIGIN_REQUEST:
            assert read.origin is not None  # noqa: S101 -- the event has one
            read_origin_request_result(event, returned, request, read.origin, profile=profile)
        case EventType.ORIGIN_RESPONSE:
            read_origin_response_result(event, returned, response, profile=profile)
        case EventType.VIEWER_RESPONSE:
            read_viewer_response_result(event, returned, response, profile=profile)
