"""What a function of a response event returned, checked as CloudFront checks it.

Where the guide is silent, this refuses; see `undocumented.py`. The event's `request` is not part of
the result, so nothing can be changed there (LR-015).

Source: CloudFront Developer Guide, "Update HTTP responses in origin response triggers",
"Lambda@Edge event structure", "Restrictions on Lambda@Edge".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from localfront.http_messages.messages import Headers, Response
from localfront.lambda_edge.contract.header_fields import merged, read_headers
from localfront.lambda_edge.contract.limits import EventType
from localfront.lambda_edge.contract.response_fields import (
    read_body,
    read_reason,
    read_status,
    refuse_too_large,
)
from localfront.lambda_edge.contract.undocumented import (
    refuse_in_viewer_response,
    refuse_missing,
    returned_object,
)
from localfront.lambda_edge.contract.validation import fail
from localfront.profiles import Profile

_REQUIRED = ("headers", "status")
_WANTED = "the response of the event"


def read_origin_response_result(
    sent: Mapping[str, Any], returned: object, response: Response, *, profile: Profile
) -> Response:
    """The response to go on with and to store (LR-012).

    `sent` is the event that was made of `response`. An absent `body` keeps the origin's, also one
    on its way, by identity; "" removes it; another takes its place, and Content-Length with it.
    A body that was on its way and is not in the result is the caller's to close. Raises
    EdgeValidationError (LX-001).
    """
    event = EventType.ORIGIN_RESPONSE
    shown_response = sent["Records"][0]["cf"]["response"]
    fields = _response_object(returned, event)
    read = _read_head(fields, shown_response, response, event, profile)
    if "body" not in fields:
        _refuse_other_length(read.headers, response.headers, event)
        if read.status == 204 != response.status:
            return read.with_headers(read.headers.without("Content-Length"))
        return read
    body = read_body(fields, event, status=read.status)
    headers = read.headers.without("Content-Length", "Transfer-Encoding")
    refuse_too_large(headers, body, event)
    return replace(read, headers=headers, body=body)


def read_viewer_response_result(
    sent: Mapping[str, Any], returned: object, response: Response, *, profile: Profile
) -> Response:
    """The response that goes to the viewer: the same status and body, perhaps other headers (LR-013).

    `sent` is the event that was made of `response`. Raises EdgeValidationError (LX-001).
    """
    event = EventType.VIEWER_RESPONSE
    shown_response = sent["Records"][0]["cf"]["response"]
    fields = _response_object(returned, event)
    refuse_in_viewer_response(fields, shown_response)
    return _read_head(fields, shown_response, response, event, profile)


def _response_object(returned: object, event: EventType) -> dict[str, Any]:
    fields = returned_object(returned, event, wanted=_WANTED)
    refuse_missing(fields, _REQUIRED, event, wanted=_WANTED)
    return fields


def _read_head(
    returned: Mapping[str, Any],
    sent: Mapping[str, Any],
    response: Response,
    event: EventType,
    profile: Profile,
) -> Response:
    """The response with the function's status and headers; itself when nothing changed."""
    status, reason = response.status, response.reason
    if returned["status"] != sent["status"]:
        status = read_status(returned["status"], event)
    description = returned.get("statusDescription", "")
    if (status, description) != (response.status, sent["statusDescription"]):
        reason = read_reason(description, event)
    read = read_headers(returned["headers"], event=event, sent=sent["headers"], profile=profile)
    headers = merged(response.headers, sent=sent["headers"], returned=read)
    if headers is not response.headers:
        refuse_too_large(headers, b"", event)
    elif (status, reason) == (response.status, response.reason):
        return response
    return replace(response, status=status, reason=reason, headers=headers)


def _refuse_other_length(returned: Headers, sent: Headers, event: EventType) -> None:
    """Content-Length is no read-only header here, but a body that stays has the length it has.

    What AWS makes of another one is not documented; a viewer would wait, or lose bytes.
    """
    length = returned.get_all("content-length")
    if length and length != sent.get_all("content-length"):
        fail(
            event,
            "LR-012",
            "the function set header 'content-length' and left the body as it is",
            "Leave the header, or delete it.",
        )
