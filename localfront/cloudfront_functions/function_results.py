"""Validate the result of a CloudFront Function as CloudFront does.

Where the guide is silent, the result is refused: what passes here must not fail on AWS.

Source: CloudFront Developer Guide, "CloudFront Functions event structure", "Restrictions on edge
functions".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from localfront.cloudfront_functions.body_field import read_body
from localfront.cloudfront_functions.named_fields import (
    read_fields,
    refuse,
    shown_fields,
)
from localfront.cloudfront_functions.returned_headers import (
    generated_headers,
    read_request_headers,
    read_response_headers,
)
from localfront.http_messages.bodies import Body
from localfront.http_messages.event_text import is_encodable
from localfront.http_messages.messages import Headers, Request, Response
from localfront.lambda_edge.contract.limits import (
    MAX_URI_AND_QUERYSTRING_CHARACTERS,
    EventType,
)
from localfront.lambda_edge.contract.result import named
from localfront.profiles import PROFILE_2026, Profile

_NOT_IN_A_TARGET = re.compile(r"[\x00-\x20\x7f#]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_REQUIRED = ("method", "uri", "querystring", "headers", "cookies")


def read_viewer_request_result(
    sent: Mapping[str, Any],
    returned: object,
    request: Request,
    *,
    profile: Profile = PROFILE_2026,
) -> Request | Response:
    """The request to continue with, or the response that the function generated.

    `sent` is the event made from `request`. Raises FunctionValidationError (FN-012).
    """
    if not isinstance(returned, dict):
        refuse(
            "FN-012",
            f"viewer-request: the function returned {named(returned)}",
            "Return the request of the event, or a response with a `statusCode`.",
        )
    if "statusCode" in returned:
        return _generated(returned, profile)
    if returned == sent["request"]:  # all texts, so that equal ones are the same
        return request
    return _read_request(sent["request"], returned, request, profile)


def read_viewer_response_result(
    sent: Mapping[str, Any],
    returned: object,
    response: Response,
    *,
    profile: Profile = PROFILE_2026,
) -> Response:
    """The response for the viewer; its status and body may be the function's (FN-009).

    If the function sets no body, it is `response`'s own, same object; otherwise the caller closes
    that one. Raises FunctionValidationError.
    """
    if not isinstance(returned, dict) or "statusCode" not in returned:
        refuse(
            "FN-012",
            f"viewer-response: the function returned {named(returned)}",
            "Return the response of the event; it has a `statusCode`.",
        )
    headers = read_response_headers(
        returned,
        sent["response"],
        response.headers,
        event=EventType.VIEWER_RESPONSE,
        profile=profile,
    )
    body: Body = response.body
    if "body" in returned:
        body = read_body(returned["body"])
        headers = headers.without("content-length")  # recomputed for the new body
    else:
        headers = _with_true_length(headers, response.headers)
    status, reason = _status(returned), _reason(returned)
    if reason == sent["response"]["statusDescription"]:
        # The old reason phrase does not fit a new status.
        reason = response.reason if status == response.status else ""
    return Response(status=status, headers=headers, body=body, reason=reason)


def _with_true_length(headers: Headers, original: Headers) -> Headers:
    """The headers with the body's true Content-Length: a wrong one would break the connection."""
    length = original.get("content-length")
    if headers.get("content-length") == length:
        return headers
    if length is None:
        return headers.without("content-length")
    return headers.replacing("Content-Length", length)


def _generated(returned: dict[str, Any], profile: Profile) -> Response:
    headers = generated_headers(returned, event=EventType.VIEWER_REQUEST, profile=profile)
    body = read_body(returned["body"]) if "body" in returned else b""
    return Response(status=_status(returned), headers=headers, body=body, reason=_reason(returned))


def _read_request(
    sent: dict[str, Any], returned: dict[str, Any], request: Request, profile: Profile
) -> Request:
    missing = [f"`{name}`" for name in _REQUIRED if name not in returned]
    if missing:
        refuse(
            "FN-002",
            f"viewer-request: what was returned has no `statusCode` and no {', '.join(missing)}",
            "Return the request of the event, not its envelope, or a response.",
        )
    if returned["method"] != sent["method"]:
        refuse("FN-002", "viewer-request: `method` was changed", "It is read-only.")
    uri = _uri(returned["uri"], sent["uri"], request.uri)
    querystring = _querystring(returned["querystring"], sent["querystring"], request.querystring)
    if len(uri) + len(querystring) >= MAX_URI_AND_QUERYSTRING_CHARACTERS:
        refuse(
            "LR-016",
            f"viewer-request: `uri` and `querystring` have {len(uri) + len(querystring)} "
            "characters",
            f"Use fewer than {MAX_URI_AND_QUERYSTRING_CHARACTERS}.",
        )
    headers = read_request_headers(returned, sent, request.headers, profile=profile)
    if uri is request.uri and querystring is request.querystring and headers is request.headers:
        return request
    return replace(request, uri=uri, querystring=querystring, headers=headers)


def _uri(value: object, shown_as: str, original: str) -> str:
    if value == shown_as:
        return original
    text = _target_part(value, "uri")
    if not text.startswith("/") or "?" in text:
        refuse(
            "FN-002",
            f"viewer-request: `uri` is {text!r}",
            "Start with `/`, without `?`.",
        )
    return text


def _querystring(value: object, shown_as: Mapping[str, Any], original: str) -> str:
    """The query string of a result; a string is used as is (FN-006)."""
    if value == shown_as:
        return original
    if isinstance(value, str):
        return _target_part(value, "querystring")
    fields = read_fields(value, sent=shown_as, title="request.querystring")
    if shown_fields(fields) == shown_as:
        return original
    bare = {part for part in original.split("&") if "=" not in part}
    parts = (
        name if name in bare and not entry.text else f"{name}={entry.text}"
        for name, entries in fields.items()
        for entry in entries
    )
    return _target_part("&".join(parts), "querystring")


def _target_part(value: object, field: str) -> str:
    if not isinstance(value, str):
        refuse("FN-002", f"viewer-request: `{field}` is {named(value)}", "Use a string.")
    if _NOT_IN_A_TARGET.search(value) or not is_encodable(value):
        refuse(
            "LR-016",
            f"viewer-request: `{field}` has a character that is not allowed in a URL",
            "Percent-encode spaces, controls and `#`.",
        )
    return value


def _status(returned: Mapping[str, Any]) -> int:
    status = returned["statusCode"]
    if not isinstance(status, int) or isinstance(status, bool):
        refuse("FN-007", f"`statusCode` is {status!r}", "Use a whole number, like 302.")
    if not 200 <= status <= 599:
        refuse("LR-005", f"`statusCode` is {status}", "Use one from 200 to 599.")
    return status


def _reason(returned: Mapping[str, Any]) -> str:
    reason = returned.get("statusDescription", "")
    if not isinstance(reason, str) or _CONTROL.search(reason) or not is_encodable(reason):
        refuse("FN-007", "`statusDescription` is not one line of text", "Return one line of text.")
    return reason
