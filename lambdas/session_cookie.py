"""The session cookie: read it, set it, clear it. Pure.

Source: RFC 6265, sections 4.1 (Set-Cookie) and 5.4 (Cookie).
"""

import re
from collections.abc import Iterable

NAME = "session-id"
MOST_IDS = 4  # each costs a read of the sessions table
# What secrets.token_urlsafe(32) makes. Nothing else may become a DynamoDB key.
_SESSION_ID = re.compile(r"[A-Za-z0-9_-]{43}")


def session_ids(cookie_headers: Iterable[str]) -> tuple[str, ...]:
    """The well-formed session ids in the `Cookie` header lines, in order, each once.

    There can be several: a page on a sibling subdomain may have set a cookie of the
    same name, and nothing tells which is ours. So the caller tries them, up to a bound.
    A malformed one is passed over, as if it had not been sent. The edge function reads
    cookies by the same rule; if the two differed, a page could open with a dead API.
    """
    pairs = (pair.partition("=") for line in cookie_headers for pair in line.split(";"))
    values = (
        value.strip(" \t") for name, _, value in pairs if name.strip(" \t") == NAME
    )
    distinct = dict.fromkeys(value for value in values if _SESSION_ID.fullmatch(value))
    return tuple(distinct)[:MOST_IDS]


def set_cookie(session_id: str, *, max_age: int) -> str:
    """The `Set-Cookie` value; `max_age` in seconds.

    SameSite=Strict is the defence against cross-site requests: another site's form or
    script reaches the API without the cookie.
    """
    return (
        f"{NAME}={session_id}; Path=/; Max-Age={max_age}; "
        "HttpOnly; Secure; SameSite=Strict"
    )


def clear_cookie() -> str:
    return set_cookie("", max_age=0)
