"""A response that a function made by itself.

Source: CloudFront Developer Guide, "Generate HTTP responses in request triggers".
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, NoReturn

from localfront.edge.headers import is_encodable, read_headers
from localfront.edge.limits import MAX_GENERATED_RESPONSE_BYTES, EventType
from localfront.errors import EdgeValidationError
from localfront.messages import Headers, Response

_STATUS = re.compile(r"[2-5][0-9]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def read_generated_response(returned: dict[str, Any], *, event: EventType) -> Response:
    """Check a response of a request event and make it one of ours (LR-003 to LR-007).

    Unknown fields are ignored: older samples of AWS's have an `httpVersion`. The event's
    read-only headers may not be added here either. Raises EdgeValidationError.
    """
    status = _status(returned["status"], event)
    reason = returned.get("statusDescription", "")
    if (
        not isinstance(reason, str)
        or _CONTROL.search(reason)
        or not is_encodable(reason)
    ):
        # LR-010 allows any text; a line end would start another header.
        _fail(
            event,
            "LR-010",
            "`statusDescription` is not one line of text",
            "Make it one.",
        )
    headers = read_headers(returned.get("headers", {}), event=event, sent={})
    lines = [line for lines in headers.values() for line in lines]
    body = _body(returned, event)
    if status == 204 and body:
        _fail(event, "LR-006", "status 204 comes with a body", "Take out one of them.")
    _refuse_too_large(lines, body, event)
    return Response(status=status, headers=Headers.of(lines), body=body, reason=reason)


def _status(status: object, event: EventType) -> int:
    # D.2 item 4: the guide has a string and says nothing of numbers, so a number is refused.
    if not isinstance(status, str):
        _fail(
            event,
            "LR-003",
            f"`status` is {status!r}",
            'Return a string, for example "302".',
        )
    if not _STATUS.fullmatch(status):
        _fail(event, "LR-005", f"`status` is {status!r}", "Use one from 200 to 599.")
    return int(status)


def _body(returned: dict[str, Any], event: EventType) -> bytes:
    body, encoding = returned.get("body", ""), returned.get("bodyEncoding", "text")
    if not isinstance(body, str):
        _fail(
            event,
            "LR-003",
            f"`body` is of type {type(body).__name__}",
            "Return a string.",
        )
    if encoding == "text":
        if not is_encodable(body):
            _fail(event, "LR-004", "`body` has half a surrogate pair", "Use base64.")
        return body.encode()
    if encoding != "base64":
        _fail(
            event,
            "LR-004",
            f"`bodyEncoding` is {encoding!r}",
            'It is "text" or "base64".',
        )
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        _fail(event, "LR-004", "`body` is not valid base64", "Encode it, with padding.")


def _refuse_too_large(
    lines: list[tuple[str, str]], body: bytes, event: EventType
) -> None:
    """LR-007. The page does not say in which form; we count as it goes to the viewer."""
    size = len(body) + sum(len(f"{n}: {v}\r\n".encode()) for n, v in lines)
    limit = MAX_GENERATED_RESPONSE_BYTES[event]
    if size > limit:
        _fail(
            event,
            "LR-007",
            f"headers and body of the response have {size} bytes",
            f"Stay within {limit}: answer with a redirect, or let an origin answer.",
        )


def _fail(event: EventType, rule: str, what: str, fix: str) -> NoReturn:
    raise EdgeValidationError(f"{event}: {what}. {fix}", rule=rule)
