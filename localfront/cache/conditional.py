"""Conditional requests of viewers, answered from a response at hand.

Source: RFC 9110 sections 13.1.2, 13.1.3, 13.2.2 and 15.4.5. CloudFront's guide does not say when a
viewer gets 304 (table D.2, item 14); viewers that revalidate do get it.
"""

from __future__ import annotations

from dataclasses import replace
from email.utils import parsedate_to_datetime

from localfront.messages import Headers, Request, Response

# RFC 9110, 15.4.5: metadata a 304 may carry; content headers stay out.
CONTENT_HEADERS = (
    "Content-Length",
    "Content-Type",
    "Content-Encoding",
    "Content-Language",
)

# What a viewer asks of its own copy of one object, and must not be asked of another.
CONDITIONS = (
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Range",
)


def answer_conditionally(request: Request, response: Response) -> Response:
    """304 without a body when the viewer's copy is still good, else the response itself."""
    if request.method not in ("GET", "HEAD") or response.status != 200:
        return response
    if not _is_current(request.headers, response.headers):
        return response
    return replace(
        response,
        status=304,
        reason="Not Modified",
        headers=response.headers.without(*CONTENT_HEADERS),
        body=b"",
    )


def _is_current(asked: Headers, held: Headers) -> bool:
    tags = asked.get_all("if-none-match")
    if tags:  # takes precedence over the date
        return _tag_matches(", ".join(tags), held.get("etag"))
    since, modified = asked.get("if-modified-since"), held.get("last-modified")
    if since is None or modified is None:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (
        ValueError,
        TypeError,
        OverflowError,
    ):  # no date, no time zone, no such year
        return False


def _tag_matches(asked: str, etag: str | None) -> bool:
    """The weak comparison: `W/` does not count."""
    if asked.strip() == "*":
        return True
    if etag is None:
        return False
    wanted = etag.removeprefix("W/")
    return any(tag.strip().removeprefix("W/") == wanted for tag in asked.split(","))


def revalidation(stored: Headers) -> Headers:
    """The validators of a stored response, as an origin is asked about them (CA-021)."""
    lines = []
    if etag := stored.get("etag"):
        lines.append(("If-None-Match", etag))
    if modified := stored.get("last-modified"):
        lines.append(("If-Modified-Since", modified))
    return Headers.of(lines)


def refreshed(stored: Response, not_modified: Response) -> Response:
    """A stored response updated by the 304 that confirmed it (RFC 9111, 4.3.4)."""
    fresh = not_modified.headers.without(*CONTENT_HEADERS)
    kept = stored.headers.without(*fresh.names())
    return stored.with_headers(Headers.of([*kept, *fresh]))
