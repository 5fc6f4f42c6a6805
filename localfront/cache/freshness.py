"""How long a response may be reused: MinTTL, DefaultTTL and MaxTTL against the origin's headers.

Sources: CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)"
(CA-010..019, CA-025, CA-026) and "How CloudFront caches HTTP 4xx and 5xx status codes"
(ER-001..007, ER-018, ER-019).
An `Age` sent by the origin is not subtracted: the guide does not speak of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache

from localfront.cache.vary import varies_by_everything
from localfront.config.policies import CachePolicy
from localfront.http_messages.messages import Headers, Response

DIRECTIVE = re.compile(r'(?:[^,"]|"[^"]*")+')  # a quoted value may hold commas
LONGEST = 2**31  # seconds: what a larger number counts as (RFC 9111, 1.2.2)

NOT_REUSABLE = ("no-cache", "no-store", "private")

CACHED_ALWAYS = frozenset({404, 414, 500, 501, 502, 503, 504})  # ER-001
CACHED_WITH_MAX_AGE = frozenset({400, 403, 405, 412, 415})  # ER-002
HONOURS_NO_STORE = frozenset({404, 410, 414, 501})  # ER-005
CACHED_REDIRECTS_WITH_CACHE_CONTROL = frozenset({307, 308})  # CA-030


def cache_control(headers: Headers) -> Mapping[str, str]:
    """The directives by lower-case name; a directive without a value has "".

    A directive restricted to field names (`no-cache="Set-Cookie"`) is left out: it does not
    speak of the whole response (RFC 9111, 5.2.2.4).
    """
    found: dict[str, str] = {}
    for line in headers.get_all("cache-control"):
        for part in DIRECTIVE.findall(line):
            name, _, value = part.strip().partition("=")
            if name and not (name.lower() in NOT_REUSABLE and value):
                found[name.lower()] = value.strip('"')
    return found


def as_stored(response: Response) -> Response:
    """Less the Set-Cookie that `no-cache="Set-Cookie"` or `private=` keeps from others (CA-023)."""
    named = {
        field.strip(' "').lower()
        for line in response.headers.get_all("cache-control")
        for part in DIRECTIVE.findall(line)
        for name, _, value in [part.strip().partition("=")]
        if name.lower() in ("no-cache", "private")
        for field in value.split(",")
    }
    if "set-cookie" not in named:
        return response
    return response.with_headers(response.headers.without("Set-Cookie"))


def origin_ttl(headers: Headers, *, now: float) -> int | None:
    """Seconds that the origin gives a shared cache, None when it is silent (CA-012, CA-014).

    A value that is no number, or a date that is none, counts as expired (RFC 9111, 4.2.1, 5.3).
    """
    directives = cache_control(headers)
    for name in ("s-maxage", "max-age"):
        if name in directives:
            return _delta_seconds(directives[name])
    expires = headers.get("expires")
    return None if expires is None else max(0, int(_timestamp(expires) - now))


def _delta_seconds(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        return 0
    return min(int(value), LONGEST) if len(value) < 20 else LONGEST


def _timestamp(http_date: str) -> float:
    try:
        moment = parsedate_to_datetime(http_date)
    except (ValueError, OverflowError):
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def http_date(now: float) -> str:
    """Unix seconds as an HTTP date (RFC 9110, 5.6.7)."""
    return _http_date(int(now))


@lru_cache(maxsize=16)  # all responses of a second have the same
def _http_date(now: int) -> str:
    return formatdate(now, usegmt=True)  # strftime would follow the locale


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """How long a stored response may serve: seconds since it was stored.

    Until `fresh` as it is; until `while_revalidating` at once, while the origin is asked behind
    the viewer's back (CA-025); until `if_error` and `if_unreachable` in place of the origin's 5xx
    and of its silence (CA-017, CA-026, ER-018). `asks_again` says whether its validators may be
    used: not for what the origin wanted nobody to keep.
    """

    fresh: int
    while_revalidating: int = 0
    if_error: int = 0
    if_unreachable: int = 0
    asks_again: bool = True

    @property
    def is_kept(self) -> bool:
        return max(self.fresh, self.if_error, self.if_unreachable) > 0


NOT_KEPT = Lifetime(fresh=0)


def response_lifetime(response: Response, policy: CachePolicy, *, now: float) -> Lifetime:
    """The lifetime of a response that is no error; MaxTTL bounds all of it (CA-025, ER-019)."""
    if policy.caching_disabled:
        return NOT_KEPT
    fresh = response_ttl(response, policy, now=now)
    directives = cache_control(response.headers)
    if_error: int | None = None
    if "stale-if-error" in directives:
        if_error = fresh + _delta_seconds(directives["stale-if-error"])
    while_revalidating = fresh
    if "stale-while-revalidate" in directives:
        while_revalidating += _delta_seconds(directives["stale-while-revalidate"])
    unless_said = policy.max_ttl if if_error is None else if_error
    refused = any(name in directives for name in NOT_REUSABLE)
    if policy.min_ttl == 0 and varies_by_everything(response):
        refused, fresh = True, 0  # CA-022
    return Lifetime(
        fresh=fresh,
        while_revalidating=0 if refused else min(while_revalidating, policy.max_ttl),
        if_error=0 if refused else min(unless_said, policy.max_ttl),
        if_unreachable=min(unless_said, policy.max_ttl),
        asks_again=not refused,
    )


def response_ttl(response: Response, policy: CachePolicy, *, now: float) -> int:
    """Seconds to reuse a response that is not an error; 0: do not reuse it."""
    if policy.caching_disabled:
        return 0  # CA-018
    directives = cache_control(response.headers)
    if response.status in CACHED_REDIRECTS_WITH_CACHE_CONTROL and not directives:
        return 0
    if any(name in directives for name in NOT_REUSABLE):
        return policy.min_ttl  # CA-015, CA-016
    wanted = origin_ttl(response.headers, now=now)
    if wanted is None:
        return max(policy.min_ttl, policy.default_ttl)  # CA-013
    return min(max(wanted, policy.min_ttl), policy.max_ttl)  # CA-010, CA-011, CA-014


def error_ttl(
    response: Response,
    policy: CachePolicy,
    *,
    error_caching_min_ttl: int,
    is_s3: bool,
    now: float,
) -> int:
    """Seconds to cache an error response; 0: do not cache it (ER-001..007)."""
    if policy.caching_disabled:
        return 0  # ER-006
    directives = cache_control(response.headers)
    always = response.status in CACHED_ALWAYS
    if not always and not (
        response.status in CACHED_WITH_MAX_AGE
        and ("max-age" in directives or "s-maxage" in directives)
    ):
        return 0
    refused = any(name in directives for name in NOT_REUSABLE)
    if refused and response.status in HONOURS_NO_STORE:
        return 0
    wanted = min(origin_ttl(response.headers, now=now) or 0, policy.max_ttl)
    ttl = max(error_caching_min_ttl, wanted)  # ER-004
    return max(ttl, 1) if is_s3 else ttl  # ER-007
