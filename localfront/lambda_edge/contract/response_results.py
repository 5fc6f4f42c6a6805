"""Validate results at response events as CloudFront does.

Where the guide is silent, the result is refused (see `result.py`). The event's `request` is not
part of the result, so changes to it have no effect (LR-015).

Source: CloudFront Developer Guide, "Update HTTP responses in origin response triggers",
"Lambda@Edge event structure", "Restrictions on Lambda@Edge".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from localfront.http_messages.messages import Headers, Response
from localfront.lambda_edge.contract.header_fields import returned_headers
from localfront.lambda_edge.contract.response_fields import (
    read_body,
    read_reason,
    read_status,
    refuse_too_large,
    status_text,
)
from localfront.lambda_edge.contract.result import Result, quoted
from localfront.profiles import ASSUMPTIONS, Assumptions, Profile

_REQUIRED = ("headers", "status")


def read_origin_response_result(
    sent: Mapping[str, Any],
    returned: object,
    response: Response,
    *,
    profile: Profile,
    assumptions: Assumptions = ASSUMPTIONS,
) -> Response:
    """The response to continue with and to store (LR-012).

    `sent` is the event made from `response`. Without `body` the origin's is kept, the same object;
    "" removes it; any other replaces it, and Content-Length. The caller closes a streamed body that
    is not in the result. Raises EdgeValidationError (LX-001).
    """
    result = Result.of(sent, returned, response, profile, assumptions)
    result.require(_REQUIRED)
    read = _read_head(result)
    if "body" not in result.returned:
        _refuse_other_length(result, read.headers)
        if read.status == 204 != response.status:
            return read.with_headers(read.headers.without("Content-Length"))
        return read
    body = read_body(result, read.status)
    headers = read.headers.without("Content-Length", "Transfer-Encoding")
    refuse_too_large(result, headers, body)
    return replace(read, headers=headers, body=body)


def read_viewer_response_result(
    sent: Mapping[str, Any],
    returned: object,
    response: Response,
    *,
    profile: Profile,
    assumptions: Assumptions = ASSUMPTIONS,
) -> Response:
    """The response for the viewer: same status and body, possibly other headers (LR-013).

    `sent` is the event made from `response`. Raises EdgeValidationError (LX-001).
    """
    result = Result.of(sent, returned, response, profile, assumptions)
    result.require(_REQUIRED)
    _refuse_other_status_or_body(result)
    return _read_head(result)


def _refuse_other_status_or_body(result: Result[Response]) -> None:
    """Refuse a changed status or body at viewer-response (LR-013; undocumented: D.2, item 6)."""
    returned, before = result.returned, result.sent["status"]
    if status_text(result) != before:
        result.fail(
            "LR-013",
            f"the function changed `status` from {before!r} to {quoted(returned['status'])}",
            "Leave it unchanged; a status can only be changed at origin-response.",
        )
    if "body" in returned:
        result.fail(
            "LR-013",
            "the function set `body`",
            "Remove it; a body can only be replaced at origin-response.",
        )


def _read_head(result: Result[Response]) -> Response:
    """The response with the function's status and headers; the same object if unchanged."""
    response, sent, returned = result.original, result.sent, result.returned
    status, reason = response.status, response.reason
    if returned["status"] != sent["status"]:
        status = read_status(result)
    description = returned.get("statusDescription", "")
    if (status, description) != (response.status, sent["statusDescription"]):
        reason = read_reason(result)
    fields = result.field("headers", response.headers)
    headers = returned_headers(fields)
    if headers is not response.headers:
        refuse_too_large(result, headers, b"")
    elif (status, reason) == (response.status, response.reason):
        return response
    return replace(response, status=status, reason=reason, headers=headers)


def _refuse_other_length(result: Result[Response], headers: Headers) -> None:
    """Refuse a Content-Length that does not match an unchanged body.

    The header is not read-only here, and AWS does not document the case. A viewer would wait, or
    lose bytes.
    """
    length = headers.get_all("content-length")
    if length and length != result.original.headers.get_all("content-length"):
        result.fail(
            "LR-012",
            "the function set header 'content-length' and left the body unchanged",
            "Leave the header, or delete it.",
        )
