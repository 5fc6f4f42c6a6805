"""What a viewer-request function returned, checked as CloudFront checks it.

Where the guide is silent (chapter D.2 of the checklist), this refuses: what passes here must
not fail on AWS. The other three events will have a reader each, with the same parts.

Not emulated yet: the body of a request (LE-024 to LE-030).

Source: CloudFront Developer Guide, "Lambda@Edge event structure", "Generate HTTP responses in
request triggers", "Restrictions on edge functions".
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, NoReturn

from localfront.edge.function import EdgeFunction
from localfront.edge.generated import read_generated_response
from localfront.edge.headers import (
    HeaderLines,
    is_encodable,
    read_headers,
    sent_headers,
)
from localfront.edge.limits import (
    MAX_URI_AND_QUERYSTRING_CHARACTERS,
    EventType,
    is_disallowed,
)
from localfront.errors import EdgeValidationError
from localfront.messages import Headers, Request, Response

_NOT_IN_A_TARGET = re.compile(r"[\x00-\x20\x7f#]")
_REQUIRED = ("clientIp", "headers", "method", "querystring", "uri")
_READ_ONLY = ("clientIp", "method")  # LR-014, as far as the request shows them


def parse_answer(payload: bytes, *, function: EdgeFunction) -> object:
    """Read what a worker answered. Raises EdgeValidationError when it is no JSON (LR-002)."""
    try:
        answer: object = json.loads(payload, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise EdgeValidationError(
            f"Function {function.name}:{function.version} returned what is not JSON: {error}. "
            "Return the request, or a response, made of dicts, lists, strings and numbers.",
            rule="LR-002",
        ) from error
    return answer


def read_viewer_request_result(
    sent: dict[str, Any], returned: object, request: Request
) -> Request | Response:
    """The request to go on with, or the response that the function made.

    `sent` is the event that was made of `request`. Headers that were hidden from the function
    are in the result again. Raises EdgeValidationError (LX-001).
    """
    event = EventType.VIEWER_REQUEST
    if not isinstance(returned, dict):
        # D.2 item 4: null is refused, and so is {} below.
        _fail(
            "LR-001",
            f"the function returned {_named(returned)}",
            "Return the request of the event, or a response with a `status`.",
        )
    if "status" in returned:
        return read_generated_response(returned, event=event)
    return _read_request(sent["Records"][0]["cf"]["request"], returned, request)


def _read_request(
    sent: dict[str, Any], returned: dict[str, Any], request: Request
) -> Request:
    missing = [name for name in _REQUIRED if name not in returned]
    if missing:
        _fail(
            "LR-002",
            f"what the function returned has no `status`, and no {_listed(missing)}",
            "Return the request of the event, not its envelope, or a response.",
        )
    for name in _READ_ONLY:
        # D.2 item 5: AWS may ignore the change; it cannot be meant, so it is refused.
        if returned[name] != sent[name]:
            _fail(
                "LR-014",
                f"the function changed `{name}`, which is read-only",
                "Leave it.",
            )
    for name, rule in (("origin", "LE-012"), ("body", "LE-024")):
        # Not documented either: without effect at best.
        if name in returned:
            _fail(
                rule,
                f"the function set `{name}`, which is not part of this event",
                "Take it out.",
            )
    uri = _changed(
        returned["uri"], shown_as=sent["uri"], original=request.uri, field="uri"
    )
    querystring = _changed(
        returned["querystring"],
        shown_as=sent["querystring"],
        original=request.querystring,
        field="querystring",
    )
    if not uri.startswith("/"):
        _fail("LE-008", f"`uri` is {uri!r}", "Start it with `/`.")
    if len(uri) + len(querystring) >= MAX_URI_AND_QUERYSTRING_CHARACTERS:
        _fail(
            "LR-016",
            f"`uri` and `querystring` have {len(uri) + len(querystring)} characters",
            f"Stay below {MAX_URI_AND_QUERYSTRING_CHARACTERS}.",
        )
    before = sent_headers(sent["headers"])
    after = read_headers(
        returned["headers"], event=EventType.VIEWER_REQUEST, sent=before
    )
    return replace(
        request,
        uri=uri,
        querystring=querystring,
        headers=_merged(request.headers, before=before, after=after),
    )


def _changed(value: object, *, shown_as: str, original: str, field: str) -> str:
    """The original, byte for byte, when the function left it alone (LE-018); else the new one."""
    if not isinstance(value, str):
        _fail("LR-002", f"`{field}` is {_named(value)}", "Return a string.")
    if value == shown_as:
        return original
    # The page says it of the query string only; in a path these would break the request line.
    bad = _NOT_IN_A_TARGET.search(value)
    if bad or not is_encodable(value):
        what = f"the character %{ord(bad[0]):02X}" if bad else "half a surrogate pair"
        _fail("LR-016", f"`{field}` has {what}", "Percent-encode it.")
    if field == "uri" and "?" in value:
        _fail("LE-008", "`uri` has a `?`", "Put what follows it into `querystring`.")
    return value


def _merged(
    headers: Headers,
    *,
    before: dict[str, HeaderLines],
    after: dict[str, HeaderLines],
) -> Headers:
    """Lines that are as before stay where and as they are; changed and new ones follow."""
    same = {
        name
        for name, lines in before.items()
        if [value for _, value in lines] == [value for _, value in after.get(name, ())]
    }
    kept = (
        (name, value)
        for name, value in headers
        if is_disallowed(name) or name.lower() in same
    )
    changed = (
        line for name, lines in after.items() if name not in same for line in lines
    )
    return Headers.of((*kept, *changed))


def _fail(rule: str, what: str, fix: str) -> NoReturn:
    raise EdgeValidationError(f"{EventType.VIEWER_REQUEST}: {what}. {fix}", rule=rule)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"it has the number {name}")


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _named(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
