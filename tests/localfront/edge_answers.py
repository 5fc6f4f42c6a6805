"""What a function may answer, for tests of how it is taken."""

import copy
from typing import Any

import pytest

from localfront.edge.events import viewer_request_event
from localfront.edge.results import read_viewer_request_result
from localfront.errors import EdgeValidationError
from localfront.messages import Request, Response
from tests.localfront.factories import a_request


def read(request: Request, **changes: Any) -> Request | Response:
    """The result when a function hands back the request with some fields changed."""
    event, returned = sent_and_returned(request)
    return read_viewer_request_result(event, returned | changes, request)


def read_with_headers(request: Request, **headers: Any) -> Request | Response:
    """The result when a function sets headers (`_` for `-`), or deletes them (None)."""
    event, returned = sent_and_returned(request)
    for name, value in headers.items():
        key = name.replace("_", "-")
        if value is None:
            del returned["headers"][key]
        else:
            returned["headers"][key] = (
                [{"key": key, "value": value}] if isinstance(value, str) else value
            )
    return read_viewer_request_result(event, returned, request)


def sent_and_returned(request: Request) -> tuple[dict[str, Any], dict[str, Any]]:
    event = viewer_request_event(
        request,
        distribution_id="E1",
        distribution_domain_name="d1.cloudfront.net",
        request_id="id==",
    )
    return event, copy.deepcopy(event["Records"][0]["cf"]["request"])


def generated(**response: Any) -> Response:
    """The response when a function makes one by itself."""
    request = a_request()
    event, _ = sent_and_returned(request)
    result = read_viewer_request_result(event, response, request)
    assert isinstance(result, Response)
    return result


def refusal(error: pytest.ExceptionInfo[EdgeValidationError]) -> tuple[str, int]:
    return error.value.rule, error.value.status
