"""Freshness of responses: MinTTL, DefaultTTL and MaxTTL combined with the origin's headers.

Sources: CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)"
(CA-010..019, CA-025, CA-026) and "How CloudFront caches HTTP 4xx and 5xx status codes"
(ER-001..007, ER-018, ER-019).
An origin's `Age` is not subtracted: the guide does not mention it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from localfront.cache.vary import varies_by_everything
from localfront.config.policies import CachePolicy
from localfront.exchange.reason import Reason
from localfront.http_messages.messages import Headers, Response

DIRECTIVE = re.compile(r'(?:[^,"]|"[^"]*")+')  # a quoted value may contain commas
LONGEST = 2**31  # seconds; larger values are capped (RFC 9111, 1.2.2)

ALSO_RELEVANT = frozenset({"expires", "vary"})  # beside Cache-Control
NOT_REUSABLE = ("no-cache", "no-store", "private")

CACHED_ALWAYS = frozenset({404, 414, 500, 501, 502, 503, 504})  # ER-001
CACHED_WITH_MAX_AGE = frozenset({400, 403, 405, 412, 415})  # ER-002
HONOURS_NO_STORE = frozenset({404, 410, 414, 501})  # ER-005
CACHED_REDIRECTS_WITH_CACHE_CONTROL = frozenset({307, 308})  # CA-030
CACHING_OFF = Reason("CA-018", "Minimum, default and maximum TTL are all 0: caching is off.")
UNSAID = Reason("", "")
NO_DIRECTIVES: Mapping[str, str] = MappingProxyType({})


class Ttl(NamedTuple):
    """Seconds to keep a response, 0 if it must not be reused, and the reason."""

    seconds: int
    because: Reason


def cache_control(headers: Headers) -> Mapping[str, str]:
    """The directives by lower-case name; a directive without a value has "".

    A directive limited to field names (`no-cache="Set-Cookie"`) is left out: it does not apply to
    the whole response (RFC 9111, 5.2.2.4).
    """
    lines = headers.get_all("cache-control")
    return _directives(lines) if lines else NO_DIRECTIVES


@lru_cache(maxsize=64)  # an origin uses a handful, and each response is parsed several times
def _directives(lines: tuple[str, ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        for part in DIRECTIVE.findall(line):
            name, _, value = part.strip().partition("=")
            if name and not (name.lower() in NOT_REUSABLE and value):
                found[name.lower()] = value.strip('"')
    return MappingProxyType(found)


def as_stored(response: Response) -> Response:
    """The response without Set-Cookie, if `no-cache="Set-Cookie"` or `private=` say so (CA-023)."""
    lines = response.headers.get_all("cache-control")
    if not lines:
        return response
    named = {
        field.strip(' "').lower()
        for line in lines
        for part in DIRECTIVE.findall(line)
        for name, _, value in [part.strip().partition("=")]
        if name.lower() in ("no-cache", "private")
        for field in value.split(",")
    }
    if "set-cookie" not in named:
        return response
    return response.with_headers(response.headers.without("Set-Cookie"))


def origin_ttl(headers: Headers, *, now: float) -> Ttl | None:
    """The TTL that the origin gives a shared cache, None if it gives none (CA-012, CA-014).

    A malformed number or date counts as expired (RFC 9111, 4.2.1, 5.3).
    """
    directives = cache_control(headers)
    for name, rule in (("s-maxage", "CA-012"), ("max-age", "CA-010")):
        if name in directives:
            reason = f"the origin's Cache-Control says {name}={directives[name]}"
            return Ttl(_delta_seconds(directives[name]), Reason(rule, reason))
    expires = headers.get("expires")
    if expires is None:
        return None
    seconds = max(0, int(_timestamp(expires) - now))
    return Ttl(seconds, Reason("CA-014", f"the origin's Expires is {expires}"))


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


@lru_cache(maxsize=16)  # the same for all responses of a second
def _http_date(now: int) -> str:
    return formatdate(now, usegmt=True)  # strftime depends on the locale


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """How long a stored response may be served, in seconds since it was stored.

    Until `fresh` as is; until `while_revalidating` stale, with a background request to the origin
    (CA-025); until `if_error` and `if_unreachable` in place of the origin's 5xx or of no response
    (CA-017, CA-026, ER-018). `may_revalidate`: it may be revalidated, which is not allowed if the
    origin forbade storing. `because` is the reason for `fresh`.
    """

    fresh: int
    while_revalidating: int = 0
    if_error: int = 0
    if_unreachable: int = 0
    may_revalidate: bool = True
    because: Reason = field(default=UNSAID, compare=False)

    @property
    def is_kept(self) -> bool:
        return max(self.fresh, self.if_error, self.if_unreachable) > 0


NOT_KEPT = Lifetime(fresh=0, because=CACHING_OFF)


def response_lifetime(response: Response, policy: CachePolicy, *, now: float) -> Lifetime:
    """The lifetime of a response that is not an error, bounded by MaxTTL (CA-025, ER-019)."""
    if policy.caching_disabled:
        return NOT_KEPT
    headers = response.headers
    if headers.has_any(ALSO_RELEVANT):
        return _lifetime(response, policy, now=now)
    return _lifetime_by(headers.get_all("cache-control"), response.status, policy)


@lru_cache(maxsize=64)  # most responses have only this header, with few distinct values
def _lifetime_by(cache_control: tuple[str, ...], status: int, policy: CachePolicy) -> Lifetime:
    headers = Headers(tuple([("Cache-Control", line) for line in cache_control]))
    return _lifetime(Response(status=status, headers=headers), policy, now=0)


def _lifetime(response: Response, policy: CachePolicy, *, now: float) -> Lifetime:
    fresh, because = response_ttl(response, policy, now=now)
    directives = cache_control(response.headers)
    if_error: int | None = None
    if "stale-if-error" in directives:
        if_error = fresh + _delta_seconds(directives["stale-if-error"])
    while_revalidating = fresh
    if "stale-while-revalidate" in directives:
        while_revalidating += _delta_seconds(directives["stale-while-revalidate"])
    default_if_error = policy.max_ttl if if_error is None else if_error
    refused = any(name in directives for name in NOT_REUSABLE)
    if policy.min_ttl == 0 and varies_by_everything(response):
        refused, fresh = True, 0
        because = Reason("CA-022", "The origin sent Vary: *, and the minimum TTL is 0.")
    return Lifetime(
        fresh=fresh,
        while_revalidating=0 if refused else min(while_revalidating, policy.max_ttl),
        if_error=0 if refused else min(default_if_error, policy.max_ttl),
        if_unreachable=min(default_if_error, policy.max_ttl),
        may_revalidate=not refused,
        because=because,
    )


def response_ttl(response: Response, policy: CachePolicy, *, now: float) -> Ttl:
    """How long to keep a response that is not an error."""
    if policy.caching_disabled:
        return Ttl(0, CACHING_OFF)  # CA-018
    directives = cache_control(response.headers)
    if response.status in CACHED_REDIRECTS_WITH_CACHE_CONTROL and not directives:
        return Ttl(0, Reason("CA-030", f"A {response.status} is cached only with Cache-Control."))
    refusing = next((name for name in NOT_REUSABLE if name in directives), None)
    if refusing is not None:
        reason = f"The origin's Cache-Control says {refusing}"
        if policy.min_ttl:
            return Ttl(
                policy.min_ttl, Reason("CA-016", f"{reason}; the minimum TTL applies anyway.")
            )
        return Ttl(0, Reason("CA-015", f"{reason}."))
    wanted = origin_ttl(response.headers, now=now)
    if wanted is None:
        name = "minimum" if policy.min_ttl > policy.default_ttl else "default"
        return Ttl(
            max(policy.min_ttl, policy.default_ttl),
            Reason("CA-013", f"The origin sets no TTL: the policy's {name} TTL applies."),
        )
    return _bounded(wanted, policy)


def _bounded(wanted: Ttl, policy: CachePolicy) -> Ttl:
    """The origin's TTL between MinTTL and MaxTTL (CA-010, CA-011, CA-014)."""
    seconds = min(max(wanted.seconds, policy.min_ttl), policy.max_ttl)
    reason = wanted.because.text[0].upper() + wanted.because.text[1:]
    if seconds > wanted.seconds:
        return Ttl(seconds, Reason("CA-011", f"{reason}; the policy's minimum TTL is longer."))
    if seconds < wanted.seconds:
        return Ttl(
            seconds, Reason(wanted.because.rule, f"{reason}; the policy's maximum TTL limits it.")
        )
    return Ttl(seconds, Reason(wanted.because.rule, f"{reason}."))


def error_ttl(
    response: Response,
    policy: CachePolicy,
    *,
    error_caching_min_ttl: int,
    is_s3: bool,
    now: float,
) -> Ttl:
    """How long to keep an error (ER-001..007)."""
    status = response.status
    if policy.caching_disabled:
        return Ttl(0, Reason("ER-006", CACHING_OFF.text))
    directives = cache_control(response.headers)
    if status not in CACHED_ALWAYS and not (
        status in CACHED_WITH_MAX_AGE and ("max-age" in directives or "s-maxage" in directives)
    ):
        only = " unless the origin sends max-age" if status in CACHED_WITH_MAX_AGE else ""
        return Ttl(0, Reason("ER-002", f"An error {status} is not cached{only}."))
    refusing = next((name for name in NOT_REUSABLE if name in directives), None)
    if refusing is not None and status in HONOURS_NO_STORE:
        return Ttl(0, Reason("ER-005", f"The origin's Cache-Control says {refusing}."))
    ttl = origin_ttl(response.headers, now=now)
    wanted = min(ttl.seconds if ttl else 0, policy.max_ttl)
    if ttl is not None and wanted > error_caching_min_ttl:
        return Ttl(wanted, Reason("ER-004", f"An error, and {ttl.because.text}."))
    if is_s3 and error_caching_min_ttl < 1:
        return Ttl(1, Reason("ER-007", "An error of S3 is cached for at least 1 s."))
    because = f"The minimum time that an error {status} is cached for (error caching minimum TTL)."
    return Ttl(error_caching_min_ttl, Reason("ER-003", because))
