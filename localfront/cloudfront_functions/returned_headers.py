"""Compare the `headers` and `cookies` that a function returned with the original message.

Unchanged fields keep their place and bytes; changed and added ones follow, with each word of the
name capitalised (FN-005).

Source: CloudFront Developer Guide, "CloudFront Functions event structure", "Restrictions on edge
functions".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from localfront.cloudfront_functions.named_fields import (
    Fields,
    Value,
    read_fields,
    refuse,
    shown_fields,
)
from localfront.cloudfront_functions.quotas import read_only_headers
from localfront.http_messages.messages import NO_HEADERS, Headers
from localfront.http_messages.tokens import TOKEN
from localfront.lambda_edge.contract.header_fields import capitalised
from localfront.lambda_edge.contract.limits import EventType, is_disallowed
from localfront.profiles import Profile

_NOT_IN_A_COOKIE = re.compile(r"[;\s]")
_COOKIE_HEADERS = frozenset({"cookie", "set-cookie"})

Shown = Mapping[str, Any]  # an object of the event


def read_request_headers(
    returned: Shown, sent: Shown, headers: Headers, *, profile: Profile
) -> Headers:
    """The headers of the request to continue with. Raises FunctionValidationError."""
    names = ("headers", "cookies")
    if all(returned.get(name) == sent[name] for name in names):
        return headers  # unchanged, the usual case
    fields = _header_fields(
        returned, sent, event=EventType.VIEWER_REQUEST, profile=profile, title="request"
    )
    cookies = read_fields(returned.get("cookies"), sent=sent["cookies"], title="request.cookies")
    merged = _merged(headers, sent["headers"], fields)
    if shown_fields(cookies) == sent["cookies"]:
        return merged
    pairs = [_pair(name, value) for name, values in cookies.items() for value in values]
    without = merged.without("cookie")
    return without.adding("Cookie", "; ".join(pairs)) if pairs else without


def read_response_headers(
    returned: Shown,
    sent: Shown,
    headers: Headers,
    *,
    event: EventType,
    profile: Profile,
) -> Headers:
    """The headers of a response. For a generated one `sent` is {}."""
    title = "response"
    fields = _header_fields(returned, sent, event=event, profile=profile, title=title)
    before = sent.get("cookies", {})
    cookies = read_fields(returned.get("cookies", {}), sent=before, title=f"{title}.cookies")
    merged = _merged(headers, sent.get("headers", {}), fields)
    if shown_fields(cookies) == before:
        return merged
    lines = (
        ("Set-Cookie", _set_cookie(name, value))
        for name, values in cookies.items()
        for value in values
    )
    return Headers.of((*merged.without("set-cookie"), *lines))


def generated_headers(returned: Shown, *, event: EventType, profile: Profile) -> Headers:
    """The headers of a response that a function generated."""
    return read_response_headers(returned, {}, NO_HEADERS, event=event, profile=profile)


def _header_fields(
    returned: Shown, sent: Shown, *, event: EventType, profile: Profile, title: str
) -> Fields:
    before = sent.get("headers", {})
    default: Any = None if before else {}
    fields = read_fields(returned.get("headers", default), sent=before, title=f"{title}.headers")
    for name in fields:
        _check_name(name, event)
    after = shown_fields(fields)
    for name in sorted(read_only_headers(event, profile)):
        if before.get(name) != after.get(name):
            refuse(
                "LH-003" if name in after else "LH-008",
                f"{event}: the function changed header {name!r}, which is read-only",
                "Leave it unchanged in the event's `headers`.",
            )
    return fields


def _check_name(name: str, event: EventType) -> None:
    if name != name.lower():
        refuse("FN-005", f"{event}: header {name!r} has capitals", "Use lower case.")
    if not TOKEN.fullmatch(name):
        refuse("FN-005", f"{event}: {name!r} is not a header name", "Use letters and `-`.")
    if is_disallowed(name):
        refuse("LH-001", f"{event}: header {name!r} may not be added", "Remove it.")
    if name in _COOKIE_HEADERS:
        # AWS's page has cookies only in their own object; here they would be duplicates.
        refuse("FN-003", f"{event}: {name!r} is among the headers", "Use `cookies`.")


def _merged(headers: Headers, sent: Shown, fields: Fields) -> Headers:
    after = shown_fields(fields)
    same = {name for name, field in after.items() if sent.get(name) == field}
    unchanged = (
        (name, value)
        for name, value in headers
        if name.lower() in same or name.lower() in _COOKIE_HEADERS or is_disallowed(name)
    )
    changed = (
        (capitalised(name), value.text)
        for name, values in fields.items()
        if name not in same
        for value in values
    )
    return Headers.of((*unchanged, *changed))


def _pair(name: str, value: Value) -> str:
    if "=" in name or _NOT_IN_A_COOKIE.search(name) or ";" in value.text:
        refuse("FN-008", f"{name!r} is not a valid cookie", "Encode its name and value.")
    return f"{name}={value.text}"


def _set_cookie(name: str, value: Value) -> str:
    pair = _pair(name, value)
    return f"{pair}; {value.attributes}" if value.attributes else pair
