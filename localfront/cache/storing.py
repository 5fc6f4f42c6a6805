"""Decide whether and how long to store a response, and when to serve it stale.

Source: CloudFront Developer Guide, "Manage how long content stays in the cache" and "How CloudFront
processes and caches HTTP 4xx and 5xx status codes from your origin" (CA-010..030, ER-001..019).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from localfront.cache.freshness import (
    Lifetime,
    as_stored,
    error_ttl,
    response_lifetime,
)
from localfront.cache.in_flight import Arriving, RequestInFlight
from localfront.cache.invalidation import tags_of
from localfront.cache.key import CacheKey
from localfront.cache.shared_responses import Behind, SharedBody
from localfront.cache.store import Cache, Stored
from localfront.exchange.clock import Clock
from localfront.exchange.exchange import Exchange
from localfront.exchange.fetched import Fetched
from localfront.exchange.reason import Reason
from localfront.http_messages.bodies import Stream
from localfront.http_messages.messages import Response

TOO_LARGE = Reason(
    "",
    "It is over the cache's size limit, or came over a connection whose responses no longer "
    "match its requests.",
)
BROKEN_OFF = Reason(
    "CA-028", "Its body was truncated, all viewers disconnected, or it is too large."
)


@dataclass(frozen=True, slots=True)
class CacheWriter:
    """Stores origin responses in a cache.

    `errors_of_functions`: errors that a function generated are stored like an origin's (table D.2,
    item 10). `behind` runs fetches in the background.
    """

    cache: Cache
    clock: Clock
    behind: Behind
    errors_of_functions: bool = True

    def keep(
        self,
        exchange: Exchange,
        key: CacheKey,
        fetched: Fetched,
        request_in_flight: RequestInFlight | None,
    ) -> Response:
        """Store a response if allowed, streaming it; return the one to serve.

        A 206 is stored under the range in its key, and only that range (RG-001).
        """
        response = fetched.response
        if (reason := _never_kept(exchange, key, response)) is not None:
            exchange.trace.offered(str(key), None, reason)
            return response
        if key.range and response.status != 206:
            key = key._replace(range="")
        lifetime = self._lifetime(exchange, fetched)
        if not lifetime.is_kept:
            self.cache.forget(key)  # the older object is superseded
            exchange.trace.offered(str(key), None, lifetime.because)
            return response
        store = partial(self._store, exchange, key, fetched, lifetime)
        if isinstance(response.body, bytes):
            store(response.body)
            return response
        if (response.body.length or 0) > self.cache.max_object_bytes:
            exchange.trace.offered(str(key), None, TOO_LARGE)
            return response
        return self._shared(exchange, fetched, response.body, store, request_in_flight)

    def _shared(
        self,
        exchange: Exchange,
        fetched: Fetched,
        body: Stream,
        store: Callable[[bytes], object],
        request_in_flight: RequestInFlight | None,
    ) -> Response:
        """The response with a body for several readers, stored once complete."""

        def arrived(whole: bytes | None) -> None:
            if whole is not None:
                store(whole)
            else:
                exchange.trace.offered("", None, BROKEN_OFF)
            if request_in_flight is not None:
                request_in_flight.finish()

        most = self.cache.max_object_bytes
        shared_body = SharedBody(body, max_bytes=most, on_end=arrived, behind=self.behind)
        if request_in_flight is not None:
            request_in_flight.share(
                Arriving(fetched.response, shared_body, fetched.origin_failed, fetched.generated)
            )
        return replace(fetched.response, body=shared_body.reader())

    def _store(
        self,
        exchange: Exchange,
        key: CacheKey,
        fetched: Fetched,
        lifetime: Lifetime,
        body: bytes,
    ) -> None:
        response = fetched.response
        whole = response if response.body is body else replace(response, body=body)
        entry = as_stored(whole)
        # Results cached with its headers were for one response: most objects are never requested
        # again, and the garbage collector would traverse all of them, too.
        entry = entry.with_headers(entry.headers.bare())
        stored = self.cache.store(
            key,
            entry,
            lifetime=lifetime,
            now=self.clock(),
            origin_failed=fetched.origin_failed,
            generated=fetched.generated,
            came_over=fetched.came_over,
            made_by=exchange.trace.request_id,
            tags=tags_of(response.headers, exchange.distribution.cache_tag_header),
        )
        because = lifetime.because if stored else TOO_LARGE
        exchange.trace.offered(str(key), lifetime.fresh if stored else None, because)
        if stored:
            exchange.trace.note("stored", ttl=lifetime.fresh)

    def _lifetime(self, exchange: Exchange, fetched: Fetched) -> Lifetime:
        response, policy = fetched.response, exchange.behavior.cache_policy
        if response.status < 400 or (fetched.generated and not self.errors_of_functions):
            return response_lifetime(response, policy, now=self.clock())
        fresh, because = error_ttl(
            response,
            policy,
            error_caching_min_ttl=error_caching_min_ttl(exchange, fetched),
            is_s3=fetched.is_s3,
            now=self.clock(),
        )
        return Lifetime(fresh=fresh, because=because)

    def stands_in(self, stale: Stored, fetched: Fetched) -> bool:
        """Whether to serve a stale object in place of an error (CA-017, CA-026, ER-018)."""
        if fetched.response.status < 500 or fetched.generated:
            return False
        return stale.serves_on_error(self.clock(), unreachable=fetched.is_unreachable)


def _never_kept(exchange: Exchange, key: CacheKey, response: Response) -> Reason | None:
    if exchange.request.method == "HEAD":
        return Reason("CA-004", "The response to HEAD has no body to store.")
    if response.status == 304:
        return Reason("CA-020", "A 304 is for the viewer's own copy.")
    if response.status == 206 and not key.range:
        return Reason("RG-001", "A 206 is cached only for a request with Range.")
    return None


def error_caching_min_ttl(exchange: Exchange, fetched: Fetched) -> int:
    configured = exchange.distribution.error_response(fetched.response.status)
    return configured.error_caching_min_ttl if configured else 10  # ER-003
