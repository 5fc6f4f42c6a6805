"""The fields of a response that a function returned: status, description, body, and their size.

Source: CloudFront Developer Guide, "Generate HTTP responses in request triggers", "Update HTTP
responses in origin response triggers".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from localfront.http_messages.event_text import decoded, is_encodable
from localfront.lambda_edge.contract.limits import (
    MAX_GENERATED_RESPONSE_BYTES,
    EventType,
)
from localfront.lambda_edge.contract.undocumented import status_text
from localfront.lambda_edge.contract.validation import fail, told

_STATUS = re.compile(r"[2-5][0-9]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def read_status(status: object, event: EventType) -> int:
    """LR-005. Raises EdgeValidationError, as all of these do."""
    text = status_text(status, event)
    if not _STATUS.fullmatch(text):
        fail(event, "LR-005", f"`status` is {told(text)}", "Use one from 200 to 599.")
    return int(text)


def read_reason(reason: object, event: EventType) -> str:
    """LR-010 allows any text; a line end would start another header."""
    if not isinstance(reason, str) or _CONTROL.search(reason) or not is_encodable(reason):
        fail(
            event,
            "LR-010",
            "`statusDescription` is not one line of text",
            "Make it one.",
        )
    return reason


def read_body(returned: Mapping[str, Any], event: EventType, *, status: int) -> bytes:
    """The bytes of `body`, in its `bodyEncoding` (LR-004); none with a 204 (LR-006)."""
    body = returned.get("body", "")
    if not isinstance(body, str):
        fail(
            event,
            "LR-003",
            f"`body` is of type {type(body).__name__}",
            "Return a string.",
        )
    try:
        content = decoded(body, returned.get("bodyEncoding", "text"))
    except ValueError as error:
        what, fix = error.args
        fail(event, "LR-004", f"`body` {what}", fix)
    if status == 204 and content:
        fail(event, "LR-006", "status 204 comes with a body", "Take out one of them.")
    return content


def refuse_too_large(lines: Iterable[tuple[str, str]], body: bytes, event: EventType) -> None:
    """LR-007. The page does not say in which form; we count as it goes to the viewer."""
    size = len(body) + sum(
        len(f"{name}: {value}\r\n".encode("utf-8", "surrogateescape")) for name, value in lines
    )
    limit = MAX_GENERATED_RESPONSE_BYTES[event]
    if size > limit:
        fail(
            event,
            "LR-007",
            f"headers and body of the response have {size} bytes",
            f"Stay within {limit}: answer with a redirect, or let an origin answer.",
        )
