"""Validate results at request events as CloudFront does.

Where the guide is silent, the result is refused; see `result.py`.

Source: CloudFront Developer Guide, "Lambda@Edge event structure", "Restrictions on edge
functions".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from localfront.config.distribution import Origin
from localfront.exchange.origin_choice import OriginChoice
from localfront.http_messages.event_text import is_encodable
from localfront.http_messages.messages import Request, Response
from localfront.http_messages.values import value
from localfront.lambda_edge.contract.body_field import read_replacement
from localfront.lambda_edge.contract.generated import read_generated_response
from localfront.lambda_edge.contract.header_fields import returned_headers
from localfront.lambda_edge.contract.limits import (
    MAX_URI_AND_QUERYSTRING_CHARACTERS,
)
from localfront.lambda_edge.contract.origin_field import (
    read_origin,
    refuse_headers_twice,
)
from localfront.lambda_edge.contract.result import Result, named, quoted
from localfront.profiles import ASSUMPTIONS, Assumptions, Profile

_NOT_IN_A_TARGET = re.compile(r"[\x00-\x20\x7f#]")
_REQUIRED = ("clientIp", "headers", "method", "querystring", "uri")
_READ_ONLY = ("clientIp", "method")  # LR-014: those in a returned request


@value(frozen=True, slots=True, kw_only=True)
class Passed:
    """Continue with this request. `body` replaces the viewer's; None keeps it."""

    request: Request
    body: bytes | None = None
    chosen: OriginChoice | None = None  # by a CloudFront Function


@value(frozen=True, slots=True, kw_only=True)
class PassedToOrigin:
    """Continue with this request to `origin`. `body` replaces the viewer's; None keeps it."""

    request: Request
    origin: Origin
    body: bytes | None = None


def read_viewer_request_result(
    sent: Mapping[str, Any],
    returned: object,
    request: Request,
    *,
    profile: Profile,
    assumptions: Assumptions = ASSUMPTIONS,
) -> Passed | Response:
    """The request to continue with, or the generated response (LR-001).

    `sent` is the event made from `request`. Hidden headers are in the result again; unchanged parts
    are the same objects. Raises EdgeValidationError (LX-001).
    """
    original = sent["Records"][0]["cf"]["request"]
    # Without a body all values are texts, and equal texts are the same.
    if "body" not in original and returned == original:
        return Passed(request=request)
    result = Result.of(sent, returned, request, profile, assumptions)
    if "status" in result.returned:
        return read_generated_response(result)
    result.require(_REQUIRED)
    if "origin" in result.returned:
        result.fail(
            "LE-012",
            "the function set `origin`, which is not part of this event",
            "Remove it; an origin can only be changed at origin-request.",
        )
    read, body = _read_request(result)
    return Passed(request=read, body=body)


def read_origin_request_result(
    sent: Mapping[str, Any],
    returned: object,
    request: Request,
    origin: Origin,
    *,
    profile: Profile,
    assumptions: Assumptions = ASSUMPTIONS,
) -> PassedToOrigin | Response:
    """The request and the origin to continue with, or the generated response.

    `sent` is the event made from `request` and `origin`. The result's `uri` has no origin path yet,
    and its headers no custom headers: both come from the resulting origin, which is the same object
    if nothing changed. Raises EdgeValidationError (LX-001).
    """
    result = Result.of(sent, returned, request, profile, assumptions)
    if "status" in result.returned:
        return read_generated_response(result)
    result.require((*_REQUIRED, "origin"))
    read, body = _read_request(result)
    target = read_origin(result.field("origin", origin))
    refuse_headers_twice(result, read, before=origin, after=target)
    return PassedToOrigin(request=read, origin=target, body=body)


def _read_request(result: Result[Request]) -> tuple[Request, bytes | None]:
    request = result.original
    _refuse_changed_read_only(result)
    uri = _text(result, "uri", request.uri)
    querystring = _text(result, "querystring", request.querystring)
    changed = (uri, querystring) != (request.uri, request.querystring)
    if changed and len(uri) + len(querystring) >= MAX_URI_AND_QUERYSTRING_CHARACTERS:
        result.fail(
            "LR-016",
            f"`uri` and `querystring` have {len(uri) + len(querystring)} characters",
            f"Use fewer than {MAX_URI_AND_QUERYSTRING_CHARACTERS}.",
        )
    fields = result.field("headers", request.headers)
    headers = returned_headers(fields)
    body = read_replacement(result)
    if body is not None:
        # Functions may not set these, and they describe the viewer's body; they are set again when
        # this one is sent. Content-Encoding is the function's responsibility.
        headers = headers.without("Content-Length", "Transfer-Encoding")
    if not changed and headers is request.headers:
        return request, body
    return replace(request, uri=uri, querystring=querystring, headers=headers), body


def _refuse_changed_read_only(result: Result[Request]) -> None:
    """Refuse changed read-only fields; undocumented (D.2, item 5).

    `config` is not part of a result.
    """
    for name in _READ_ONLY:
        if result.returned[name] != result.sent[name]:
            result.fail("LR-014", f"the function changed `{name}`, which is read-only", "Leave it.")


def _text(result: Result[Request], name: str, original: str) -> str:
    """The original, byte for byte, if unchanged (LE-018); else the function's text."""
    text = result.returned[name]
    if not isinstance(text, str):
        result.fail("LR-002", f"`{name}` is {named(text)}", "Return a string.")
    if text == result.sent[name]:
        return original
    # AWS's page mentions only the query string; in a path these would break the request line.
    bad = _NOT_IN_A_TARGET.search(text)
    if bad or not is_encodable(text):
        problem = f"the character %{ord(bad[0]):02X}" if bad else "half a surrogate pair"
        result.fail("LR-016", f"`{name}` has {problem}", "Percent-encode it.")
    if name == "uri":
        if not text.startswith("/"):
            result.fail("LE-008", f"`uri` is {quoted(text)}", "Start it with `/`.")
        if "?" in text:
            result.fail("LE-008", "`uri` has a `?`", "Put the part after it into `querystring`.")
    return text
