"""An object: from the cache, or from its origin and into the cache.

    fresh → a hit
    stale → the origin is asked whether it still holds (CA-020), behind the viewer's back where the
            response allows that (CA-025); while the origin fails, the old object serves (ER-018)
    absent → one viewer asks the origin, and all who ask meanwhile share its answer (CA-027)

Source: CloudFront Developer Guide, "How caching works with CloudFront edge locations" and "Manage how
long content stays in the cache" (CA-010..030, PL-006).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from localfront.bodies import close, read_whole
from localfront.cache.arrivals import Arrival, Reader
from localfront.cache.conditional import answer_conditionally, refreshed, revalidation
from localfront.cache.flights import Arriving, Flight, Flights
from localfront.cache.freshness import (
    Lifetime,
    as_stored,
    error_ttl,
    response_lifetime,
)
from localfront.cache.key import CacheKey, cache_key
from localfront.cache.store import Absent, Cache, Fresh, Stale, Stored
from localfront.errors import LocalfrontError
from localfront.messages import NO_HEADERS, Headers, Response
from localfront.origin_side import Clock, Fetched, OriginSide
from localfront.origins.requests import forwards_cookies
from localfront.outcome import HIT, MISS, REFRESH_HIT, Outcome
from localfront.request_trace import Trace
from localfront.visit import Visit
from localfront.websockets import asks_for_websocket

NO_WHOLE_OBJECT = frozenset({206, 304})


def _no_log(_: Trace) -> None:
    """Nobody listens."""


@dataclass(slots=True, kw_only=True)
class Objects:
    """What the behaviors serve, by way of the cache.

    `log` gets the trace of what was fetched while no viewer waited for it.
    """

    origin_side: OriginSide
    clock: Clock
    log: Callable[[Trace], None] = _no_log
    cache: Cache = field(default_factory=Cache)
    _flights: Flights = field(default_factory=Flights)
    _refreshing: dict[CacheKey, asyncio.Task[None]] = field(default_factory=dict)

    async def get(self, visit: Visit) -> Outcome:
        """From the cache, or from the origin and into the cache. Raises EdgeFunctionError."""
        policy, request = visit.behavior.cache_policy, visit.request
        cacheable = request.method in visit.behavior.cached_methods  # VP-007
        if asks_for_websocket(request.method, request.http_version, request.headers):
            cacheable = False
        if policy.caching_disabled or not cacheable:
            visit.trace.note("cache", decision="off")
            fetched = await self.origin_side.fetch(visit)
            return _outcome(fetched.response, MISS, fetched)
        key = cache_key(request, visit.distribution.id, policy)
        now = self.clock()
        match self.cache.lookup(key, now=now):
            case Fresh(stored):
                return self._hit(visit, key, stored)
            case Stale(stored) if stored.serves_while_revalidating(now):
                self._refresh_behind_the_viewer(visit, key, stored)
                return self._hit(visit, key, stored)
            case Stale(stored):
                visit.trace.note("cache", decision="stale", key=str(key))
                return await self._collapsed(visit, key, stored)
            case Absent():
                visit.trace.note("cache", decision="miss", key=str(key))
                return await self._collapsed(visit, key, None)

    def _hit(self, visit: Visit, key: CacheKey, stored: Stored) -> Outcome:
        age = stored.age(self.clock())
        visit.trace.note("cache", decision="hit", key=str(key), age=age)
        headers = stored.response.headers.replacing("Age", str(age))  # RV-006
        answer = answer_conditionally(
            visit.request, stored.response.with_headers(headers)
        )
        return Outcome.of(answer, HIT, origin_failed=stored.origin_failed)

    async def _collapsed(
        self, visit: Visit, key: CacheKey, stale: Stored | None
    ) -> Outcome:
        """CA-027: wait for the viewer that asks already, or be the one that asks."""
        if visit.request.method == "HEAD" or forwards_cookies(visit.behavior):
            return await self._fetch(visit, key, stale)
        flight = self._flights.under_way(key)
        if flight is None:
            return await self._leading(visit, key, stale)
        visit.trace.note("cache", decision="collapsed")
        arriving = await flight.answer()
        if arriving is not None:
            joined = replace(arriving.head, body=arriving.body.reader())
            answer = await _conditionally(visit, joined)
            return Outcome.of(answer, HIT, origin_failed=arriving.origin_failed)
        match self.cache.lookup(key, now=self.clock()):
            case Fresh(stored):
                return self._hit(visit, key, stored)
            case _:  # the answer was for that viewer alone
                return await self._fetch(visit, key, stale)

    async def _leading(
        self, visit: Visit, key: CacheKey, stale: Stored | None
    ) -> Outcome:
        flight = self._flights.begin(key)
        try:
            return await self._fetch(visit, key, stale, flight)
        finally:
            if not flight.is_shared:
                flight.land()

    async def _fetch(
        self,
        visit: Visit,
        key: CacheKey,
        stale: Stored | None,
        flight: Flight | None = None,
    ) -> Outcome:
        conditions = _conditions(visit, stale)
        fetched = await self.origin_side.fetch(visit, conditions)
        if stale is not None and conditions.lines and fetched.response.status == 304:
            response = refreshed(stale.response, fetched.response)
            self._keep(visit, key, replace(fetched, response=response), None)
            answer = answer_conditionally(visit.request, response)
            return _outcome(answer, REFRESH_HIT, fetched)
        if stale is not None and self._stands_in(stale, fetched):
            await close(fetched.response.body)
            visit.trace.note("cache", decision="stale on error")
            until = self.clock() + _error_caching_min_ttl(visit, fetched)
            self.cache.extend(key, stale, until=until)
            return self._hit(visit, key, stale)
        response = self._keep(visit, key, fetched, flight)
        return _outcome(await _conditionally(visit, response), MISS, fetched)

    def _stands_in(self, stale: Stored, fetched: Fetched) -> bool:
        """CA-017, CA-026, ER-018: an old object is better than a 5xx, never than a 4xx."""
        return fetched.response.status >= 500 and stale.serves_on_error(
            self.clock(), unreachable=fetched.is_unreachable
        )

    def _keep(
        self, visit: Visit, key: CacheKey, fetched: Fetched, flight: Flight | None
    ) -> Response:
        """Store what may be stored; a body on its way, as it comes."""
        response = fetched.response
        lifetime = self._lifetime(visit, fetched)
        whole = visit.request.method != "HEAD" and (
            response.status not in NO_WHOLE_OBJECT
        )
        if not whole:
            return response
        if not lifetime.is_kept:
            self.cache.forget(key)  # what it held has been superseded
            return response
        store = partial(self._store, visit, key, fetched, lifetime)
        if isinstance(response.body, bytes):
            store(response.body)
            return response
        if (response.body.length or 0) > self.cache.max_object_bytes:
            return response

        def arrived(body: bytes | None) -> None:
            if body is not None:
                store(body)
            if flight is not None:
                flight.land()

        arrival = Arrival(
            response.body, max_bytes=self.cache.max_object_bytes, on_end=arrived
        )
        if flight is not None:
            flight.share(Arriving(response, arrival, fetched.origin_failed))
        return replace(response, body=arrival.reader())

    def _store(
        self,
        visit: Visit,
        key: CacheKey,
        fetched: Fetched,
        lifetime: Lifetime,
        body: bytes,
    ) -> None:
        stored = self.cache.store(
            key,
            as_stored(replace(fetched.response, body=body)),
            lifetime=lifetime,
            now=self.clock(),
            origin_failed=fetched.origin_failed,
        )
        if stored:
            visit.trace.note("stored", ttl=lifetime.fresh)

    def _lifetime(self, visit: Visit, fetched: Fetched) -> Lifetime:
        response, policy = fetched.response, visit.behavior.cache_policy
        if response.status < 400:
            return response_lifetime(response, policy, now=self.clock())
        return Lifetime(
            fresh=error_ttl(
                response,
                policy,
                error_caching_min_ttl=_error_caching_min_ttl(visit, fetched),
                is_s3=fetched.is_s3,
                now=self.clock(),
            )
        )

    def _refresh_behind_the_viewer(
        self, visit: Visit, key: CacheKey, stale: Stored
    ) -> None:
        if key in self._refreshing:
            return
        trace = visit.trace.beside()
        asking = replace(visit.request, method="GET")
        behind = replace(visit, request=asking, body=b"", trace=trace)
        task = asyncio.create_task(self._refresh(behind, key, stale))
        self._refreshing[key] = task
        task.add_done_callback(lambda _: self._refreshing.pop(key, None))

    async def _refresh(self, visit: Visit, key: CacheKey, stale: Stored) -> None:
        result = ""
        status = 0
        try:
            outcome = await self._fetch(visit, key, stale)
            status, result = outcome.response.status, outcome.x_cache
            await _let_arrive(outcome.response)
        except LocalfrontError as error:
            visit.trace.reason = str(error)
        visit.trace.finish(status, result)
        self.log(visit.trace)

    async def close(self) -> None:
        """Give up what is fetched while no viewer waits for it."""
        for task in tuple(self._refreshing.values()):
            task.cancel()
        await asyncio.gather(*self._refreshing.values(), return_exceptions=True)


def _outcome(response: Response, x_cache: str, fetched: Fetched) -> Outcome:
    return Outcome.of(response, x_cache, origin_failed=fetched.origin_failed)


def _conditions(visit: Visit, stale: Stored | None) -> Headers:
    """CA-021: the stored copy's validators, not when cookies are forwarded."""
    if stale is None or forwards_cookies(visit.behavior):
        return NO_HEADERS
    if not stale.lifetime.asks_again:
        return NO_HEADERS
    return revalidation(stale.response.headers)


def _error_caching_min_ttl(visit: Visit, fetched: Fetched) -> int:
    configured = visit.distribution.error_response(fetched.response.status)
    return configured.error_caching_min_ttl if configured else 10  # ER-003


async def _conditionally(visit: Visit, response: Response) -> Response:
    """304 where the viewer's copy is good; what is on its way still gets into the cache."""
    answer = answer_conditionally(visit.request, response)
    if answer.body is not response.body:
        await _let_arrive(response)
    return answer


async def _let_arrive(response: Response) -> None:
    """Read to its end what is kept, and nothing else."""
    if isinstance(response.body, Reader):
        await read_whole(response.body)
    else:
        await close(response.body)
