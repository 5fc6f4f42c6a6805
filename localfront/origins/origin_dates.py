"""The dates of an origin's answer, when localfront's clock was moved and the origin's was not.

`Date` and `Expires` speak of the origin's present. They are moved with localfront's clock, else
nothing that an origin lets expire in an hour could be kept once the clock is moved by two.
"""

from __future__ import annotations

from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime

from localfront.http_messages.messages import Response

MOVED = ("Date", "Expires")


def in_our_time(response: Response, shift: float) -> Response:
    """The response as an origin would give it whose clock is ahead by `shift` seconds, too."""
    if not shift:
        return response
    headers = response.headers
    for name in MOVED:
        told = headers.get_all(name)
        if len(told) == 1 and (moment := _timestamp(told[0])) is not None:
            headers = headers.replacing(name, formatdate(max(0.0, moment + shift), usegmt=True))
    return response.with_headers(headers)


def _timestamp(http_date: str) -> float | None:
    """None for what is no date; it stays as it is, which says "expired" (RFC 9111, 5.3)."""
    try:
        moment = parsedate_to_datetime(http_date)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
