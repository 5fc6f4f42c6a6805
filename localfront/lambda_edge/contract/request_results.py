"""What a function of a request event returned, checked as CloudFront checks it.

Where the guide is silent, this refuses; see `undocumented.py`.

Source: CloudFront Developer Guide, "Lambda@Edge event structure", "Restrictions on edge
functions".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from localfront.config.distribution import Origin
from localfront.http_messages.event_text import is_encodable
from localfront.http_messages.messages import Request, Response
from localfront.http_messages.values import value
from localfront.lambda_edge.contract.body_field import read_replacement
from localfront.lambda_edge.contract.generated import read_generated_response
from localfront.lambda_edge.contract.header_fields import merged, read_headers
from localfront.lambda_edge.contract.limits import (
    MAX_URI_AND_QUERYSTRING_CHARACTERS,
    EventType,
)
from localfront.lambda_edge.contract.origin_field import (
    read_origin,
    refuse_headers_twice,
)
from localfront.lambda_edge.contract.undocumented import (
    refuse_changed_read_only,
    refuse_missing,
    returned_object,
)
from localfront.lambda_edge.contract.validation import fail, named, told
from localfront.profiles import Profile

_NOT_IN_A_TARGET = re.compile(r"[\x00-\x20\x7f#]")
_REQUIRED = ("clientIp", "headers", "method", "querystring", "uri")
_WANTED = "the request of the event, or a response with a `status`"


@value(frozen=True, slots=True, kw_only=True)
class Passed:
    """The request goes on, as the function left it. `body` replaces the viewer's; None keeps it."""

    request: Request
    body: bytes | None = None


@value(frozen=True, slots=True, kw_only=True)
class PassedToOrigin:
    """The request goes on to `origin`. `body` replaces the viewer's; None keeps it."""

    request: Request
    origin: Origin
    body: bytes | None = None


def read_viewer_request_result(
    sent: Mapping[str, Any], returned: object, request: Request, *, profile: Profile
) -> Passed | Response:
    """The request to go on with, or the response that the function made (LR-001).

    `sent` is the event that was made of `request`. Headers that were hidden from the function
    are in the result again; what it left alone is the same, to the object. Raises
    EdgeValidationError (LX-001).
    """
    event = EventType.VIEWER_REQUEST
    fields = returned_object(returned, event, wanted=_WANTED)
    if "status" in fields:
        return read_generated_response(fields, event=event, profile=profile)
    shown_request = sent["Records"][0]["cf"]["request"]
    refuse_missing(fields, _REQUIRED, event, wanted=_WANTED)
    if "origin" in fields:
        fail(
            event,
            "LE-012",
            "the function set `origin`, which is not part of this event",
            "Take it out; an origin can be changed at origin-request.",
        )
    read, body = _read_request(fields, shown_request, request, event, profile)
    return Passed(request=read, body=body)


def read_origin_request_result(
    sent: Mapping[str, Any],
    returned: object,
    request: Request,
    origin: Origin,
    *,
    profile: Profile,
) -> PassedToOrigin | Response:
    """The request and the origin to go on with, or the response that the function made.

    `sent` is the event that was made of `request` and `origin`. The `uri` of the result has no
    origin path yet, and its headers are without the origin's own: both are those of the resulting
    origin, which is the same object when nothing changed. Raises EdgeValidationError (LX-001).
    """
    event = EventType.ORIGIN_REQUEST
    fields = returned_object(returned, event, wanted=_WANTED)
    if "status" in fields:
        return read_generated_response(fields, event=event, profile=profile)
    shown_request = sent["Records"][0]["cf"]["request"]
    refuse_missing(fields, (*_REQUIRED, "origin"), event, wanted=_WANTED)
    read, body = _read_request(fields, shown_request, request, event, profile)
    target = read_origin(
        fields["origin"], sent=shown_request["origin"], origin=origin, profile=profile
    )
    refuse_headers_twice(request=read, origin=target, before=(shown_request["headers"], origin))
    return PassedToOrigin(request=read, origin=target, body=body)


def _read_request(
    returned: Mapping[str, Any],
    sent: Mapping[str, Any],
    request: Request,
    event: EventType,
    profile: Profile,
) -> tuple[Request, bytes | None]:
    refuse_changed_read_only(returned, sent, event)
    uri = _text(returned, sent, "uri", request.uri, event)
    querystring = _text(returned, sent, "querystring", request.querystring, event)
    changed = (uri, querystring) != (request.uri, request.querystring)
    if changed and len(uri) + len(querystring) >= MAX_URI_AND_QUERYSTRING_CHARACTERS:
        fail(
            event,
            "LR-016",
            f"`uri` and `querystring` have {len(uri) + len(querystring)} characters",
            f"Stay below {MAX_URI_AND_QUERYSTRING_CHARACTERS}.",
        )
    read = read_headers(returned["headers"], event=event, sent=sent["headers"], profile=profile)
    headers = merged(request.headers, sent=sent["headers"], returned=read)
    body = read_replacement(returned, sent=sent, event=event, profile=profile)
    if body is not None:
        # Functions may not set them, and they tell of the viewer's body: whoever sends this one
        # counts it. Content-Encoding is the function's to keep true.
        headers = headers.without("Content-Length", "Transfer-Encoding")
    if not changed and headers is request.headers:
        return request, body
    return replace(request, uri=uri, querystring=querystring, headers=headers), body


def _text(
    returned: Mapping[str, Any],
    sent: Mapping[str, Any],
    field: str,
    original: str,
    event: EventType,
) -> str:
    """The original, byte for byte, when the function left it alone (LE-018); else the new one."""
    value = returned[field]
    if not isinstance(value, str):
        fail(event, "LR-002", f"`{field}` is {named(value)}", "Return a string.")
    if value == sent[field]:
        return original
    # The page says it of the query string only; in a path these would break the request line.
    bad = _NOT_IN_A_TARGET.search(value)
    if bad or not is_encodable(value):
        what = f"the character %{ord(bad[0]):02X}" if bad else "half a surrogate pair"
        fail(event, "LR-016", f"`{field}` has {what}", "Percent-encode it.")
    if field == "uri":
        if not value.startswith("/"):
            fail(event, "LE-008", f"`uri` is {told(value)}", "Start it with `/`.")
        if "?" in value:
            fail(
                event,
                "LE-008",
                "`uri` has a `?`",
                "Put what follows it into `querystring`.",
            )
    return value
