"""Adjust an origin's dates to localfront's moved clock.

`Date` and `Expires` refer to the origin's time. They are shifted with localfront's clock; otherwise
a response that expires in an hour could not be cached once the clock is moved by two.
"""

from __future__ import annotations

from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime

from localfront.http_messages.messages import Response

MOVED = ("Date", "Expires")


def in_our_time(response: Response, shift: float) -> Response:
    """The response as from an origin whose clock is also ahead by `shift` seconds."""
    if not shift:
        return response
    headers = response.headers
    for name in MOVED:
        values = headers.get_all(name)
        if len(values) == 1 and (moment := _timestamp(values[0])) is not None:
            headers = headers.replacing(name, formatdate(max(0.0, moment + shift), usegmt=True))
    return response.with_headers(headers)


def _timestamp(http_date: str) -> float | None:
    """The date as Unix time; None if malformed, which stays and means expired (RFC 9111, 5.3)."""
    try:
        moment = parsedate_to_datetime(http_date)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
