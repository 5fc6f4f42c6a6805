"""Generated responses: those that a function returns at a request event.

Source: CloudFront Developer Guide, "Generate HTTP responses in request triggers".
"""

from __future__ import annotations

from dataclasses import replace

from localfront.http_messages.messages import Headers, Request, Response
from localfront.lambda_edge.contract.header_fields import read_headers
from localfront.lambda_edge.contract.response_fields import (
    read_body,
    read_reason,
    read_status,
    refuse_too_large,
)
from localfront.lambda_edge.contract.result import Result


def read_generated_response(result: Result[Request]) -> Response:
    """Validate and parse a generated response (LR-003 to LR-007).

    Unknown fields are ignored: older samples of AWS's have an `httpVersion`. The event's
    read-only headers may not be added here either. Raises EdgeValidationError.
    """
    generated = replace(result, sent={})  # the event has no response to compare with
    status, reason = read_status(generated), read_reason(generated)
    headers = read_headers(generated.field("headers", Headers(()), absent={}))
    lines = [line for lines in headers.values() for line in lines]
    body = read_body(generated, status)
    refuse_too_large(generated, lines, body)
    return Response(status=status, headers=Headers.of(lines), body=body, reason=reason)
