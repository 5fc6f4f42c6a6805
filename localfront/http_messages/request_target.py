"""Parse request targets, and validate hosts.

Source: RFC 9112, sections 3.2 and 3.2.2 (forms of the target, 400 for an invalid Host); RFC 9110,
sections 4.2.4 (no user information) and 7.2; RFC 3986, section 3.2 (HO-014, HO-015).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

AUTHORITY = re.compile(r"[^/?#]*")
# Only DNS names and addresses: stricter than RFC 3986's reg-name, which allows `,` and `;`.
HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{0,5}))?")
LAST_PORT = 65_535


class Target(NamedTuple):
    """A target. `authority` is only set for the absolute form, as used with proxies."""

    authority: str | None
    path: str  # starts with `/`
    querystring: str


def read_target(raw: str) -> Target:
    """Parse a request target in any form; a fragment is dropped."""
    authority = None
    if not raw.startswith("/"):
        scheme, is_absolute, rest = raw.partition("://")
        found = AUTHORITY.match(rest)
        if is_absolute and found is not None:
            authority = found[0] if scheme.lower() in ("http", "https") else ""
        rest = AUTHORITY.sub("", rest, count=1)
        raw = rest if rest.startswith("/") else "/" + rest
    path, _, querystring = raw.partition("#")[0].partition("?")
    return Target(authority, path, querystring)


@lru_cache(maxsize=1024)
def is_host(value: str) -> bool:
    """Whether a Host value is a name or an address, with or without a port."""
    found = HOST.fullmatch(value)
    return found is not None and int(found[1] or 0) <= LAST_PORT
