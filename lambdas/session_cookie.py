"""The session cookie: read it, set it, clear it.

A browser accepts a cookie named `__Host-…` only from the same host, over TLS, for every
path and without a Domain attribute. So a page on a sibling subdomain cannot plant one
beside ours (cookie tossing).

Source: RFC 6265, sections 4.1 (Set-Cookie) and 5.4 (Cookie); RFC 6265bis, section
4.1.3.2 (the "__Host-" prefix).
"""

import re
from collections.abc import Iterable, Iterator

NAME = "__Host-session-id"
FORMER_NAME = "session-id"  # without the prefix, sibling subdomains can set it: never read
MOST_IDS = 4  # each costs a read of the sessions table
# The format of secrets.token_urlsafe(32). Nothing else may become a DynamoDB key.
_SESSION_ID = re.compile(r"[A-Za-z0-9_-]{43}")


def session_ids(cookie_headers: Iterable[str]) -> tuple[str, ...]:
    """The distinct well-formed session ids in the `Cookie` headers, in order.

    A browser sends one. Of several, none is preferred: the caller looks up each, up to a
    bound, and refuses ids of different users. Malformed ids are ignored. The edge function
    reads cookies in the same way; otherwise a page could open whose API calls fail.
    """
    distinct = dict.fromkeys(
        value
        for name, value in _cookies(cookie_headers)
        if name == NAME and _SESSION_ID.fullmatch(value)
    )
    return tuple(distinct)[:MOST_IDS]


def is_presented(cookie_headers: Iterable[str]) -> bool:
    """Whether the request has a session cookie, by its present or former name, with a value.

    Because of SameSite=Strict, requests from another site's page have none.
    """
    return any(name in {NAME, FORMER_NAME} and value for name, value in _cookies(cookie_headers))


def _cookies(cookie_headers: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in cookie_headers:
        for pair in line.split(";"):
            name, _, value = pair.partition("=")
            yield name.strip(" \t"), value.strip(" \t")


def set_cookie(session_id: str, *, max_age: int) -> str:
    """The `Set-Cookie` value; `max_age` in seconds.

    SameSite=Strict is the defence against cross-site requests: another site's form or
    script reaches the API without the cookie.
    """
    return _line(NAME, session_id, max_age=max_age)


def clear_cookies() -> list[str]:
    """The `Set-Cookie` values that delete the session cookie, by both names."""
    return [_line(name, "", max_age=0) for name in (NAME, FORMER_NAME)]


def _line(name: str, value: str, *, max_age: int) -> str:
    return f"{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; Secure; SameSite=Strict"
