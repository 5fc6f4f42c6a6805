"""Conditional requests, answered from a stored response.

Sources: RFC 9110 sections 13.1, 13.2.2 and 15.4.5; CloudFront Developer Guide, "Request and response
behavior for custom origins" (what needs an ETag of the origin) and "Cache content based on cookies"
(RG-004). The guide does not say when a viewer gets 304 (table D.2, item 14); viewers that revalidate
do get it. Ranges come after the conditions: see `responses.ranges`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime

from localfront.http_messages.messages import Headers, Request, Response

# RFC 9110, 15.4.5: metadata a 304 may carry; content headers stay out.
CONTENT_HEADERS = (
    "Content-Length",
    "Content-Type",
    "Content-Encoding",
    "Content-Language",
)

# Conditions on the viewer's copy of one object, not valid for another object.
CONDITIONS = (
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Range",
)


ASKED = frozenset(name.lower() for name in CONDITIONS)

# The weak prefix is part of a tag; an unquoted tag ends at a comma or space.
ENTITY_TAG = re.compile(r'(?:W/)?"[^"]*"|[^,\s]+')


def apply_conditions(
    request: Request, response: Response, *, cookies_forwarded: bool = False
) -> Response:
    """Apply conditions: 304 if the viewer's copy is current, 412 if a precondition fails.

    Both are without a body; otherwise the response is returned.

    With forwarded cookies there is no 304 (RG-004). Conditions of writes are evaluated by the
    origin, whose 412 reaches the viewer (RG-005), not here.
    """
    if request.method not in ("GET", "HEAD") or response.status != 200:
        return response
    if not request.headers.has_any(ASKED):
        return response
    if not _is_wanted(request.headers, response.headers):
        return _bare(response, 412, "Precondition Failed")
    if not cookies_forwarded and _is_current(request.headers, response.headers):
        return _bare(response, 304, "Not Modified")
    return response


def _bare(response: Response, status: int, reason: str) -> Response:
    headers = response.headers.without(*CONTENT_HEADERS)
    return replace(response, status=status, reason=reason, headers=headers, body=b"")


def _is_wanted(conditions: Headers, held: Headers) -> bool:
    """Whether If-Match, or without it If-Unmodified-Since, is fulfilled."""
    tags, etag = conditions.get_all("if-match"), held.get("etag")
    if tags and etag is not None:
        wanted = _tags(tags)
        return "*" in wanted or (not etag.startswith("W/") and etag in wanted)
    if tags:
        return True  # ignored if the origin sent no ETag
    return _unchanged(conditions.get("if-unmodified-since"), held) is not False


def _is_current(conditions: Headers, held: Headers) -> bool:
    """Whether the viewer's copy is current, by If-None-Match or If-Modified-Since."""
    tags, etag = conditions.get_all("if-none-match"), held.get("etag")
    if tags:  # weak comparison; never if the origin sent no ETag
        wanted = _tags(tags)
        return etag is not None and (
            "*" in wanted or _opaque(etag) in {_opaque(tag) for tag in wanted}
        )
    return _unchanged(conditions.get("if-modified-since"), held) is True


def _unchanged(since: str | None, held: Headers) -> bool | None:
    """Whether the object is unchanged since a date; None if unknown, or without that condition."""
    if since is None:
        return None
    moment, modified = _date(since), _date(held.get("last-modified"))
    return None if moment is None or modified is None else modified <= moment


def _tags(lines: tuple[str, ...]) -> frozenset[str]:
    return frozenset(tag for line in lines for tag in ENTITY_TAG.findall(line))


def _opaque(tag: str) -> str:
    return tag.removeprefix("W/")


def _date(value: str | None) -> datetime | None:
    """Parse a date; None also if malformed, without a time zone, or out of range."""
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else None


def revalidation(stored: Headers) -> Headers:
    """Conditional headers from a stored response's validators (CA-021)."""
    lines = []
    if etag := stored.get("etag"):
        lines.append(("If-None-Match", etag))
    if modified := stored.get("last-modified"):
        lines.append(("If-Modified-Since", modified))
    return Headers.of(lines)


def refreshed(stored: Response, not_modified: Response) -> Response:
    """A stored response updated by the 304 that confirmed it (RFC 9111, 4.3.4).

    The stored coding stays (CM-009), and with it its tag, weak if CloudFront compressed it, and
    Vary.
    """
    fresh = not_modified.headers.without(*CONTENT_HEADERS)
    if _opaque(fresh.get("etag") or "") == _opaque(stored.headers.get("etag") or ""):
        fresh = fresh.without("ETag")
    if "content-encoding" in stored.headers:
        fresh = fresh.without("Vary")
    headers = stored.headers.without(*fresh.names())
    return stored.with_headers(Headers.of([*headers, *fresh]))
