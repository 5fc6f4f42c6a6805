"""Read the session ids in a viewer's Cookie headers.

The name begins with `__Host-`, so a browser accepts the cookie only from the same host: a
page on a sibling subdomain cannot plant one beside ours (cookie tossing). A client that
sends several ids anyway is not a browser, or an old one. None is preferred then: every
distinct well-formed id is a candidate, up to a bound, and live ones must be of one user. The
API reads cookies in the same way.

Source: RFC 6265, sections 4.2.1 and 5.4; RFC 6265bis, section 4.1.3.2 (the "__Host-"
prefix); Lambda@Edge event structure (headers).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

COOKIE_NAME = "__Host-session-id"
# secrets.token_urlsafe(32): 32 bytes in unpadded base64url.
SESSION_ID = re.compile(r"[A-Za-z0-9_-]{43}")
MOST_CANDIDATES = 4  # each requires a read of the session store
MOST_CHARACTERS = 32_768  # CloudFront's own limit for all headers of a request


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCookies:
    """The session cookies of a request.

    `present` is true for any session cookie with a value; `ids` are the distinct well-formed
    values in order, at most `MOST_CANDIDATES`.
    """

    present: bool
    ids: tuple[str, ...]


def session_cookies(cookie_headers: Iterable[str]) -> SessionCookies:
    """Parse a request's Cookie headers; malformed parts are ignored.

    CloudFront may pass one header with all pairs, or several (HTTP/2 splits them).
    """
    text = ";".join(cookie_headers)[:MOST_CHARACTERS]
    values = [value for name, value in map(_pair, text.split(";")) if name == COOKIE_NAME]
    # a dict keeps the order and removes duplicates
    ids = dict.fromkeys(value for value in values if SESSION_ID.fullmatch(value))
    return SessionCookies(present=any(values), ids=tuple(ids)[:MOST_CANDIDATES])


def _pair(cookie: str) -> tuple[str, str]:
    name, _, value = cookie.partition("=")
    return name.strip(" \t"), value.strip(" \t")
