"""Cache keys.

Source: CloudFront Developer Guide, "Understand the cache key" (CA-001..009).
"""

from __future__ import annotations

from typing import NamedTuple

from localfront.cache.selections import (
    accept_encoding,
    take_cookies,
    take_query_strings,
)
from localfront.config.policies import CachePolicy, Mode
from localfront.http_messages.messages import Request
from localfront.viewers.cloudfront_headers import (
    cloudfront_header,
    is_added_by_cloudfront,
)


class CacheKey(NamedTuple):
    """A cache key. `options` is true for OPTIONS only (CA-004): GET and HEAD share a key.

    `range` is set for a part of an object that is stored separately (RG-001). A named tuple,
    because one is made and compared for each request.
    """

    distribution_id: str
    uri: str
    querystring: str = ""
    headers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cookies: str = ""
    accept_encoding: str = ""
    options: bool = False
    range: str = ""

    def __str__(self) -> str:
        """For logs: names of headers and cookies without values, which may be secret."""
        target = f"{self.uri}?{self.querystring}" if self.querystring else self.uri
        if not (self.headers or self.cookies or self.range or self.options):  # most of them
            return f"{target} {self.accept_encoding}" if self.accept_encoding else target
        parts = [target]
        parts += [f"{name}:…" for name, _ in self.headers]
        parts += [f"{c.partition('=')[0]}=…" for c in self.cookies.split("; ") if c]
        parts += [part for part in (self.accept_encoding, self.range) if part]
        return " ".join(parts + (["OPTIONS"] if self.options else []))


def cache_key(request: Request, distribution_id: str, policy: CachePolicy) -> CacheKey:
    """The cache key of a request, after the viewer-request function (PL-011)."""
    query, cookies = request.querystring, policy.cookies
    return CacheKey(
        distribution_id,
        request.uri,
        take_query_strings(query, policy.query_strings) if query else "",
        _headers(request, policy) if policy.headers.names else (),
        take_cookies(request.headers, cookies) if cookies.mode is not Mode.NONE else "",
        accept_encoding(request, policy),
        request.method == "OPTIONS",
    )


def _headers(request: Request, policy: CachePolicy) -> tuple[tuple[str, tuple[str, ...]], ...]:
    names = sorted(policy.headers.names)
    return tuple((name, _values(request, name)) for name in names)


def _values(request: Request, name: str) -> tuple[str, ...]:
    """A header's values; CloudFront's own headers have CloudFront's value (CA-005, LE-022)."""
    if is_added_by_cloudfront(name):
        value = cloudfront_header(request, name)
        return () if value is None else (value,)
    return request.headers.get_all(name)
