"""Validate the fields of a returned response: status, description, body, size.

Source: CloudFront Developer Guide, "Generate HTTP responses in request triggers", "Update HTTP
responses in origin response triggers".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from localfront.http_messages.event_text import decoded, is_encodable
from localfront.lambda_edge.contract.limits import (
    MAX_GENERATED_RESPONSE_BYTES,
    EventType,
)
from localfront.lambda_edge.contract.result import Result, quoted

_STATUS = re.compile(r"[2-5][0-9]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def read_status(result: Result[Any]) -> int:
    """Read `status` (LR-005). Raises EdgeValidationError, as all of these do."""
    text = status_text(result)
    if not _STATUS.fullmatch(text):
        result.fail("LR-005", f"`status` is {quoted(text)}", "Use one from 200 to 599.")
    return int(text)


def status_text(result: Result[Any]) -> str:
    """The status as text; a string in the guide, a number is undocumented (D.2, item 4).

    In origin-response a number is always accepted: AWS's samples ("Lambda@Edge example functions")
    set it to 302.
    """
    status = result.returned["status"]
    takes_numbers = (
        result.event is EventType.ORIGIN_RESPONSE or result.assumptions.status_may_be_a_number
    )
    if not isinstance(status, str) and not (takes_numbers and type(status) is int):
        result.fail(
            "LR-003", f"`status` is {quoted(status)}", 'Return a string, for example "302".'
        )
    return str(status)


def read_reason(result: Result[Any]) -> str:
    """Read `statusDescription`: any text (LR-010) without line breaks."""
    reason = result.returned.get("statusDescription", "")
    if not isinstance(reason, str) or _CONTROL.search(reason) or not is_encodable(reason):
        result.fail(
            "LR-010", "`statusDescription` is not one line of text", "Return one line of text."
        )
    return reason


def read_body(result: Result[Any], status: int) -> bytes:
    """The bytes of `body`, in its `bodyEncoding` (LR-004); none with a 204 (LR-006)."""
    body = result.returned.get("body", "")
    if not isinstance(body, str):
        result.fail("LR-003", f"`body` is of type {type(body).__name__}", "Return a string.")
    try:
        content = decoded(body, result.returned.get("bodyEncoding", "text"))
    except ValueError as error:
        problem, fix = error.args
        result.fail("LR-004", f"`body` {problem}", fix)
    if status == 204 and content:
        result.fail("LR-006", "status 204 has a body", "Remove one of them.")
    return content


def refuse_too_large(result: Result[Any], lines: Iterable[tuple[str, str]], body: bytes) -> None:
    """Refuse a body over the limit (LR-007), by its decoded size: AWS does not say which."""
    size = len(body) + sum(
        len(f"{name}: {value}\r\n".encode("utf-8", "surrogateescape")) for name, value in lines
    )
    limit = MAX_GENERATED_RESPONSE_BYTES[result.event]
    if size > limit:
        result.fail(
            "LR-007",
            f"headers and body of the response have {size} bytes",
            f"Stay within {limit}: return a redirect, or let an origin respond.",
        )
