"""The `body` of a request event: in the event, and in the result.

Source: CloudFront Developer Guide, "Lambda@Edge event structure", "Access the request body by
choosing the include body option", "Restrictions on Lambda@Edge".
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from localfront.http_messages.event_text import decoded
from localfront.http_messages.messages import Request
from localfront.lambda_edge.contract.limits import (
    MAX_BODY_BYTES,
    MAX_REPLACEMENT_BASE64_BYTES,
    EventType,
)
from localfront.lambda_edge.contract.result import Result, named, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBody:
    """The body in an event; `truncated` if there is more (LE-026)."""

    data: bytes
    truncated: bool


def shown_body(beginning: bytes, *, event: EventType) -> ShownBody:
    """A body truncated at the event's limit. `beginning` is all of it, or more than the limit."""
    limit = MAX_BODY_BYTES[event]
    return ShownBody(data=beginning[:limit], truncated=len(beginning) > limit)


def body_field(body: ShownBody) -> dict[str, Any]:
    """The event's `body`: base64, `read-only` (LE-024, LE-025)."""
    return {
        "action": "read-only",
        "data": base64.b64encode(body.data).decode("ascii"),
        "encoding": "base64",
        "inputTruncated": body.truncated,
    }


def read_replacement(result: Result[Request]) -> bytes | None:
    """The replacement body in a returned request; None to keep the viewer's.

    Raises EdgeValidationError (LE-024, LE-027 to LE-029, LR-014).
    """
    if "body" not in result.sent:
        if "body" in result.returned:
            result.fail(
                "LE-024",
                "the function set `body`, which this event does not have",
                "Remove it, or let the association include the body.",
            )
        return None
    body = result.field("body", None)
    _check_body(body)
    match body.returned.get("action", "read-only"):
        case "read-only":
            return None  # LE-027: regardless of `data`
        case "replace":
            return _replacement(body)
        case action:
            result.fail(
                "LE-027",
                f"`action` of `body` is {quoted(action)}",
                'It must be "read-only" or "replace".',
            )


def _check_body(body: Result[None]) -> None:
    if not isinstance(body.returned, dict):
        body.fail(
            "LE-024",
            f"`body` is {named(body.returned)}",
            "Leave it unchanged; to send no body, replace it with an empty string.",
        )
    # Leaving `inputTruncated` out changes nothing: functions often write a `body` of their own.
    truncated = body.sent["inputTruncated"]
    if body.returned.get("inputTruncated", truncated) is not truncated:
        body.fail("LR-014", "the function changed `inputTruncated`", "Leave it.")


def _replacement(body: Result[None]) -> bytes:
    data, encoding = body.returned.get("data"), body.returned.get("encoding", "base64")
    if not isinstance(data, str):
        body.fail("LE-028", f"`data` of `body` is {named(data)}", "Return a string.")
    try:
        replacement = decoded(data, encoding)
    except ValueError as error:
        problem, fix = error.args
        body.fail("LE-028", f"`data` of `body` {problem}", fix)
    if body.profile.cuts_oversized_replacement:  # LE-029, table D.1 row 7
        return replacement[: MAX_BODY_BYTES[body.event]]
    limits = MAX_BODY_BYTES if encoding == "text" else MAX_REPLACEMENT_BASE64_BYTES
    size, limit = len(replacement if encoding == "text" else data), limits[body.event]
    if size > limit:
        body.fail(
            "LE-029",
            f"`data` of `body` has {size} bytes as {encoding}",
            f"Stay within {limit}, or keep the original (`read-only`).",
        )
    return replacement
