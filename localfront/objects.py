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

from localfront.bodies import close, read_whole
from localfront.cache.arrivals import Reader
from localfront.cache.conditional import (
    ASKED,
    answer_conditionally,
    refreshed,
    revalidation,
)
from localfront.cache.flights import Flight, Flights
from localfront.cache.keeping import Keeping, error_caching_min_ttl
from localfront.cache.key import CacheKey, cache_key
from localfront.cache.store import Absent, Cache, Fresh, Stale, Stored
from localfront.errors import LocalfrontError
from localfront.messages import NO_HEADERS, Headers, Response
from localfront.origin_side import Clock, Fetched, OriginSide
from localfront.origins.requests import forwards_cookies
from localfront.outcome import (
    GENERATED,
    HIT,
    MISS,
    REFRESH_HIT,
    Outcome,
    of_object,
)
from localfront.profiles import ASSUMPTIONS, Assumptions
from localfront.request_trace import Step, Trace
from localfront.responses.compression import alternatives
from localfront.responses.ranges import (
    if_range_holds,
    normalised_range,
    range_headers,
    satisfy_range,
)
from localfront.visit import Visit
from localfront.websockets import asks_for_websocket


def _no_log(_: Trace) -> None:
    """Nobody listens."""


@dataclass(slots=True, kw_only=True)
class Objects:
    """What the behaviors serve, by way of the cache.

    `log` gets the trace of what was fetched while no viewer waited for it.
    """

    origin_side: OriginSide
    clock: Clock
    assumptions: Assumptions = ASSUMPTIONS
    log: Callable[[Trace], None] = _no_log
    cache: Cache = field(default_factory=Cache)
    _keeping: Keeping = field(init=False)
    _flights: Flights = field(default_factory=Flights)
    _refreshing: dict[CacheKey, asyncio.Task[None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._keeping = Keeping(
            self.cache,
            self.clock,
            errors_of_functions=self.assumptions.generated_error_has_error_ttl,
        )

    async def get(self, visit: Visit) -> Outcome:
        """From the cache, or from the origin and into the cache. Raises EdgeFunctionError."""
        policy, request = visit.behavior.cache_policy, visit.request
        cacheable = request.method in visit.behavior.cached_methods  # VP-007
        if request.method == "HEAD" and not self.assumptions.head_from_cached_get:
            cacheable = False
        if asks_for_websocket(request.method, request.http_version, request.headers):
            cacheable = False
        if policy.caching_disabled or not cacheable:
            visit.trace.note("cache", decision="off")
            fetched = await self.origin_side.fetch(visit, range_headers(request))
            return _outcome(fetched.response, MISS, fetched)
        key = cache_key(request, visit.distribution.id, policy)
        now = self.clock()
        match self.cache.lookup(key, now=now):
            case Fresh(stored):
                return self._hit(visit, stored)
            case _ if (acceptable := self._other_coding(key)) is not None:
                return self._hit(visit, acceptable)
            case Stale(stored) if stored.serves_while_revalidating(now):
                self._refresh_behind_the_viewer(visit, key, stored)
                return self._hit(visit, stored)
            case Stale(stored):
                visit.trace.note("cache", decision="stale", key=str(key))
                return await self._collapsed(visit, key, stored)
            case Absent():
                return await self._missing(visit, key)

    def _other_coding(self, key: CacheKey) -> Stored | None:
        """CM-004: a fresh copy in a coding that the viewer takes as well."""
        for other in alternatives(key):
            found = self.cache.lookup(other, now=self.clock())
            if isinstance(found, Fresh):
                return found.stored
        return None

    async def _missing(self, visit: Visit, key: CacheKey) -> Outcome:
        """RG-001: of an object that is not there, a viewer may get the part that it wants."""
        key = key._replace(range=normalised_range(visit.request))
        if key.range:
            found = self.cache.lookup(key, now=self.clock())
            if isinstance(found, Fresh) and if_range_holds(
                visit.request, found.stored.response
            ):
                return self._hit(visit, found.stored)
        visit.trace.note("cache", decision="miss", key=str(key))
        return await self._collapsed(visit, key, None)

    def _hit(self, visit: Visit, stored: Stored) -> Outcome:
        age = stored.age(self.clock())
        facts = {"decision": "hit", "key": stored.label, "age": age}
        told = f"cache decision=hit key={stored.label} age={age}"
        visit.trace.steps.append(Step("cache", facts=facts, told=told))
        return of_object(
            _answered(visit, stored.response),
            HIT if self.assumptions.generated_object_is_hit else _hit_of(stored),
            origin_failed=stored.origin_failed,
            generated=stored.generated,
            age=age,
        )

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
            answer = await _arriving(visit, joined)
            return of_object(
                answer,
                HIT,
                origin_failed=arriving.origin_failed,
                generated=arriving.generated,
            )
        match self.cache.lookup(key, now=self.clock()):
            case Fresh(stored):
                return self._hit(visit, stored)
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
        conditions = (
            range_headers(visit.request) if key.range else _validators(visit, stale)
        )
        fetched = await self.origin_side.fetch(visit, conditions)
        if stale is not None and conditions.lines and fetched.response.status == 304:
            fetched = _confirmed(stale, fetched)
            self._keeping.keep(visit, key, fetched, None)
            answer = _answered(visit, fetched.response)
            return _outcome(answer, REFRESH_HIT, fetched)
        if stale is not None and self._keeping.stands_in(stale, fetched):
            await close(fetched.response.body)
            visit.trace.note("cache", decision="stale on error")
            until = self.clock() + error_caching_min_ttl(visit, fetched)
            self.cache.extend(key, stale, until=until)
            return self._hit(visit, stale)
        response = self._keeping.keep(visit, key, fetched, flight)
        return _outcome(await _arriving(visit, response), MISS, fetched)

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
    return of_object(
        response,
        GENERATED if fetched.generated else x_cache,
        origin_failed=fetched.origin_failed,
        generated=fetched.generated,
    )


def _confirmed(stale: Stored, fetched: Fetched) -> Fetched:
    """The stored copy, as what has just been fetched confirms it."""
    return replace(
        fetched,
        response=refreshed(stale.response, fetched.response),
        came_over=(*stale.came_over[:1], *fetched.came_over),
    )


def _hit_of(stored: Stored) -> str:
    """Table D.2, item 8, the other way."""
    return GENERATED if stored.generated else HIT


def _validators(visit: Visit, stale: Stored | None) -> Headers:
    """CA-021: the stored copy's validators, not when cookies are forwarded."""
    if stale is None or forwards_cookies(visit.behavior):
        return NO_HEADERS
    if not stale.lifetime.asks_again:
        return NO_HEADERS
    return revalidation(stale.response.headers)


def _answered(visit: Visit, response: Response) -> Response:
    """What the viewer gets of a stored object: nothing new, the parts it wants, or all of it."""
    if not visit.request.headers.has_any(ASKED):
        return response
    return satisfy_range(visit.request, _conditionally(visit, response))


def _conditionally(visit: Visit, response: Response) -> Response:
    return answer_conditionally(
        visit.request, response, cookies_forwarded=forwards_cookies(visit.behavior)
    )


async def _arriving(visit: Visit, response: Response) -> Response:
    """What the viewer gets of the origin's answer, which gets into the cache also when not sent.

    An origin that sends all of an object where a part was wanted is passed on as it is (RG-001).
    """
    answer = _conditionally(visit, response)
    if answer.body is not response.body:
        await _let_arrive(response)
    return answer


async def _let_arrive(response: Response) -> None:
    """Read to its end what is kept, and nothing else."""
    if isinstance(response.body, Reader):
        await read_whole(response.body)
    else:
        await close(response.body)
