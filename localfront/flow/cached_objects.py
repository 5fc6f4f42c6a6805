"""Serve an object from the cache, or fetch it from its origin into the cache.

    fresh → a hit
    stale → revalidated with the origin (CA-020), in the background where the
            response allows that (CA-025); while the origin fails, the old object serves (ER-018)
    absent → one request goes to the origin; identical requests wait and share its response (CA-027)

Source: CloudFront Developer Guide, "How caching works with CloudFront edge locations" and "Manage how
long content stays in the cache" (CA-010..030, PL-006).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

from localfront.cache.in_flight import RequestInFlight, RequestsInFlight
from localfront.cache.key import CacheKey, cache_key
from localfront.cache.shared_responses import Reader, let_go
from localfront.cache.store import Absent, Cache, Fresh, Stale, Stored
from localfront.cache.storing import CacheWriter, error_caching_min_ttl
from localfront.errors import LocalfrontError
from localfront.exchange.clock import Clock
from localfront.exchange.exchange import Exchange
from localfront.exchange.fetched import Fetched
from localfront.exchange.outcome import (
    GENERATED,
    HIT,
    MISS,
    REFRESH_HIT,
    Outcome,
    of_object,
)
from localfront.exchange.request_trace import Trace
from localfront.flow.cache_reasons import lookup_details, not_from_the_cache, uses_cache
from localfront.flow.origin_exchange import OriginSide
from localfront.http_messages.bodies import close
from localfront.http_messages.messages import NO_HEADERS, Headers, Response
from localfront.origins.requests import forwards_cookies
from localfront.profiles import ASSUMPTIONS, Assumptions
from localfront.responses.compression import alternatives
from localfront.responses.conditional import (
    ASKED,
    apply_conditions,
    refreshed,
    revalidation,
)
from localfront.responses.ranges import (
    if_range_holds,
    normalised_range,
    range_headers,
    satisfy_range,
)


@dataclass(slots=True, kw_only=True)
class Objects:
    """Serves objects through the cache.

    `log` receives the traces of background fetches.
    """

    origin_side: OriginSide
    clock: Clock
    assumptions: Assumptions = ASSUMPTIONS
    log: Callable[[Trace], None] = lambda _: None  # by default they are dropped
    cache: Cache = field(default_factory=Cache)
    _cache_writer: CacheWriter = field(init=False)
    _in_flight: RequestsInFlight = field(default_factory=RequestsInFlight)
    _refreshing: set[CacheKey] = field(default_factory=set)
    _behind_viewers: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._cache_writer = CacheWriter(
            self.cache,
            self.clock,
            self._behind_the_viewer,
            errors_of_functions=self.assumptions.generated_error_has_error_ttl,
        )

    async def get(self, exchange: Exchange) -> Outcome:
        """Serve from the cache, or fetch from the origin and store. Raises EdgeFunctionError."""
        policy, request = exchange.behavior.cache_policy, exchange.request
        if not uses_cache(exchange, self.assumptions):
            reason = not_from_the_cache(exchange)
            recorded = lookup_details(exchange, because=reason)
            exchange.trace.note("cache", decision="off", kept=recorded)
            fetched = await self.origin_side.fetch(exchange, range_headers(request))
            return _outcome(fetched.response, MISS, fetched)
        return await self.under(cache_key(request, exchange.distribution.id, policy), exchange)

    async def under(self, key: CacheKey, exchange: Exchange) -> Outcome:
        """The same for a request that uses the cache, with its key."""
        now = self.clock()
        match self.cache.lookup(key, now=now):
            case Fresh(stored):
                return self.hit(exchange, stored, now)
            case _ if (acceptable := self._other_coding(key)) is not None:
                return self.hit(exchange, acceptable, now)
            case Stale(stored) if stored.serves_while_revalidating(now):
                self._refresh_behind_the_viewer(exchange, key, stored)
                return self.hit(exchange, stored, now)
            case Stale(stored):
                recorded = lookup_details(exchange, made=stored.made)
                exchange.trace.note("cache", decision="stale", key=str(key), kept=recorded)
                return await self._collapsed(exchange, key, stored)
            case Absent():
                return await self._missing(exchange, key)

    def _other_coding(self, key: CacheKey) -> Stored | None:
        """A fresh copy in another content coding that the viewer accepts (CM-004)."""
        for other in alternatives(key):
            found = self.cache.lookup(other, now=self.clock())
            if isinstance(found, Fresh):
                return found.stored
        return None

    async def _missing(self, exchange: Exchange, key: CacheKey) -> Outcome:
        """For an object that is not stored, a range request fetches that range only (RG-001)."""
        if wanted := normalised_range(exchange.request):
            key = key._replace(range=wanted)
            found = self.cache.lookup(key, now=self.clock())
            if isinstance(found, Fresh) and if_range_holds(exchange.request, found.stored.response):
                return self.hit(exchange, found.stored, self.clock())
        recorded = lookup_details(exchange)
        exchange.trace.note("cache", decision="miss", key=str(key), kept=recorded)
        return await self._collapsed(exchange, key, None)

    def hit(self, exchange: Exchange, stored: Stored, now: float) -> Outcome:
        """The response to a viewer from a stored object, whole or in part."""
        age = stored.age(now)
        stored.made.hits += 1
        step, trace = stored.hit(age), exchange.trace
        if exchange.request is not trace.request:  # changed by a function, or for an error page
            step = replace(step, kept=lookup_details(exchange, made=stored.made))
        trace.steps.append(step)
        return of_object(
            _response_to(exchange, stored.response),
            HIT if self.assumptions.generated_object_is_hit else _hit_of(stored),
            origin_failed=stored.origin_failed,
            generated=stored.generated,
            age=age,
        )

    async def _collapsed(self, exchange: Exchange, key: CacheKey, stale: Stored | None) -> Outcome:
        """Join an identical request in flight, or start one (request collapsing, CA-027)."""
        if exchange.request.method == "HEAD" or forwards_cookies(exchange.behavior):
            return await self._fetch(exchange, key, stale)
        request_in_flight = self._in_flight.under_way(key)
        if request_in_flight is None:
            return await self._leading(exchange, key, stale)
        recorded = lookup_details(exchange)
        exchange.trace.note("cache", decision="collapsed", kept=recorded)
        arriving = await request_in_flight.response()
        if arriving is not None:
            joined = replace(arriving.head, body=arriving.body.reader())
            response = await _arriving(exchange, joined)
            return of_object(
                response,
                HIT,
                origin_failed=arriving.origin_failed,
                generated=arriving.generated,
            )
        match self.cache.lookup(key, now=self.clock()):
            case Fresh(stored):
                return self.hit(exchange, stored, self.clock())
            case _:  # the response could not be shared
                return await self._fetch(exchange, key, stale)

    async def _leading(self, exchange: Exchange, key: CacheKey, stale: Stored | None) -> Outcome:
        request_in_flight = self._in_flight.begin(key)
        try:
            return await self._fetch(exchange, key, stale, request_in_flight)
        finally:
            if not request_in_flight.is_shared:
                request_in_flight.finish()

    async def _fetch(
        self,
        exchange: Exchange,
        key: CacheKey,
        stale: Stored | None,
        request_in_flight: RequestInFlight | None = None,
    ) -> Outcome:
        conditions = range_headers(exchange.request) if key.range else _validators(exchange, stale)
        fetched = await self.origin_side.fetch(exchange, conditions)
        if stale is not None and conditions.lines and fetched.response.status == 304:
            fetched = _confirmed(stale, fetched)
            self._cache_writer.keep(exchange, key, fetched, None)
            result = _response_to(exchange, fetched.response)
            return _outcome(result, REFRESH_HIT, fetched)
        if stale is not None and self._cache_writer.stands_in(stale, fetched):
            await close(fetched.response.body)
            exchange.trace.note("cache", decision="stale on error", kept={"made": stale.made})
            until = self.clock() + error_caching_min_ttl(exchange, fetched)
            self.cache.extend(key, stale, until=until)
            return self.hit(exchange, stale, self.clock())
        response = self._cache_writer.keep(exchange, key, fetched, request_in_flight)
        return _outcome(await _arriving(exchange, response), MISS, fetched)

    def _refresh_behind_the_viewer(self, exchange: Exchange, key: CacheKey, stale: Stored) -> None:
        if key in self._refreshing:
            return
        self._refreshing.add(key)
        trace = exchange.trace.beside()
        request = replace(exchange.request, method="GET")
        behind = replace(exchange, request=request, body=b"", trace=trace)
        task = self._behind_the_viewer(self._refresh(behind, key, stale))
        task.add_done_callback(lambda _: self._refreshing.discard(key))

    def _behind_the_viewer(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._behind_viewers.add(task)
        task.add_done_callback(self._behind_viewers.discard)
        return task

    async def _refresh(self, exchange: Exchange, key: CacheKey, stale: Stored) -> None:
        result = ""
        status = 0
        try:
            outcome = await self._fetch(exchange, key, stale)
            status, result = outcome.response.status, outcome.x_cache
            if isinstance(body := outcome.response.body, Reader):
                await body.arrive()
            else:
                await close(body)
        except LocalfrontError as error:
            exchange.trace.reason = str(error)
        exchange.trace.finish(status, result)
        self.log(exchange.trace)

    async def close(self) -> None:
        """Cancel the fetches that no viewer waits for."""
        under_way = tuple(self._behind_viewers)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


def _outcome(response: Response, x_cache: str, fetched: Fetched) -> Outcome:
    return of_object(
        response,
        GENERATED if fetched.generated else x_cache,
        origin_failed=fetched.origin_failed,
        generated=fetched.generated,
    )


def _confirmed(stale: Stored, fetched: Fetched) -> Fetched:
    """The stored copy, updated by a 304 from the origin."""
    return replace(
        fetched,
        response=refreshed(stale.response, fetched.response),
        came_over=(*stale.came_over[:1], *fetched.came_over),
    )


def _hit_of(stored: Stored) -> str:
    """The result where a generated object is not counted as a hit (table D.2, item 8)."""
    return GENERATED if stored.generated else HIT


def _validators(exchange: Exchange, stale: Stored | None) -> Headers:
    """The stored copy's validators; none when cookies are forwarded (CA-021)."""
    if stale is None or forwards_cookies(exchange.behavior):
        return NO_HEADERS
    if not stale.lifetime.may_revalidate:
        return NO_HEADERS
    return revalidation(stale.response.headers)


def _response_to(exchange: Exchange, response: Response) -> Response:
    """The response from a stored object: 304, the requested ranges, or all of it."""
    if not exchange.request.headers.has_any(ASKED):
        return response
    return satisfy_range(exchange.request, _conditionally(exchange, response))


def _conditionally(exchange: Exchange, response: Response) -> Response:
    return apply_conditions(
        exchange.request, response, cookies_forwarded=forwards_cookies(exchange.behavior)
    )


async def _arriving(exchange: Exchange, response: Response) -> Response:
    """The response from the origin's; its body is stored even where the viewer gets a 304.

    If an origin answers a range request with the whole object, it is passed on as is (RG-001).
    """
    result = _conditionally(exchange, response)
    if result.body is not response.body:
        await let_go(response.body)
    return result
