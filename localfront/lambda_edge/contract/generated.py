"""A response that a function made by itself, in a request event.

Source: CloudFront Developer Guide, "Generate HTTP responses in request triggers".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localfront.http_messages.messages import Headers, Response
from localfront.lambda_edge.contract.header_fields import NO_SHOWN_HEADERS, read_headers
from localfront.lambda_edge.contract.limits import EventType
from localfront.lambda_edge.contract.response_fields import (
    read_body,
    read_reason,
    read_status,
    refuse_too_large,
)
from localfront.profiles import Profile


def read_generated_response(
    returned: Mapping[str, Any], *, event: EventType, profile: Profile
) -> Response:
    """Check a response of a request event and make it one of ours (LR-003 to LR-007).

    Unknown fields are ignored: older samples of AWS's have an `httpVersion`. The event's
    read-only headers may not be added here either. Raises EdgeValidationError.
    """
    status = read_status(returned["status"], event)
    reason = read_reason(returned.get("statusDescription", ""), event)
    headers = read_headers(
        returned.get("headers", {}), event=event, sent=NO_SHOWN_HEADERS, profile=profile
    )
    lines = [line for lines in headers.values() for line in lines]
    body = read_body(returned, event, status=status)
    refuse_too_large(lines, body, event)
    return Response(status=status, headers=Headers.of(lines), body=body, reason=reason)
