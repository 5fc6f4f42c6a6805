"""An object: from the cache, or from its origin and into the cache.

Source: CloudFront Developer Guide, "How caching works with CloudFront edge locations" and "Manage how
long content stays in the cache" (CA-010..020, PL-006). Not emulated yet: request collapsing, ranges,
stale content on errors, compression.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from localfront.cache.conditional import (
    CONDITIONS,
    answer_conditionally,
    refreshed,
    revalidation,
)
from localfront.cache.freshness import as_stored, error_ttl, response_ttl
from localfront.cache.key import CacheKey, cache_key
from localfront.cache.store import Absent, Cache, Fresh, Stale
from localfront.config.distribution import CacheBehavior, Distribution, Origin
from localfront.errors import OriginError
from localfront.messages import Headers, Request, Response
from localfront.origins.requests import forwards_cookies, origin_request
from localfront.request_trace import Trace
from localfront.responses.viewer_responses import error_page, from_origin

ERROR = "Error from cloudfront"


class Clock(Protocol):
    def __call__(self) -> float:
        """Unix seconds."""


class Origins(Protocol):
    async def fetch(
        self, request: Request, body: bytes, *, origin: Origin, distribution_arn: str
    ) -> Response:
        """The origin's response. Raises OriginError when there is none."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A response on its way to the viewer, and what X-Cache says of it (RV-004)."""

    response: Response
    x_cache: str

    @classmethod
    def of(cls, response: Response, x_cache: str) -> Outcome:
        """RV-005: whatever its way, a 4xx or 5xx is an error."""
        return cls(response, ERROR if response.status >= 400 else x_cache)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """What the behaviors serve, by way of the cache."""

    origins: Origins
    clock: Clock
    cache: Cache = field(default_factory=Cache)

    async def get(
        self,
        request: Request,
        body: bytes,
        distribution: Distribution,
        behavior: CacheBehavior,
        trace: Trace,
    ) -> Outcome:
        """From the cache, or from the origin and into the cache."""
        policy = behavior.cache_policy
        cacheable = request.method in behavior.cached_methods  # VP-007
        if policy.caching_disabled or not cacheable:
            trace.note("cache", decision="off")
            response = await self._fetch(request, body, distribution, behavior, trace)
            return Outcome.of(response, "Miss from cloudfront")
        key = cache_key(request, distribution.id, policy)
        now = self.clock()
        match self.cache.lookup(key, now=now):
            case Fresh(stored):
                trace.note("cache", decision="hit", key=str(key), age=stored.age(now))
                hit = stored.response
                aged = hit.with_headers(
                    hit.headers.replacing("Age", str(stored.age(now)))
                )
                answer = answer_conditionally(request, aged)
                return Outcome.of(answer, "Hit from cloudfront")
            case Stale(stored):
                trace.note("cache", decision="stale", key=str(key))
                conditions = (
                    Headers()  # CA-021
                    if forwards_cookies(behavior)
                    else revalidation(stored.response.headers)
                )
                held: Response | None = stored.response
            case Absent():
                trace.note("cache", decision="miss", key=str(key))
                conditions, held = Headers(), None
        response = await self._fetch(
            request, body, distribution, behavior, trace, conditions
        )
        result = "Miss from cloudfront"
        if held is not None and conditions.lines and response.status == 304:
            response, result = refreshed(held, response), "RefreshHit from cloudfront"
        self._store(key, request, response, distribution, behavior, trace)
        return Outcome.of(answer_conditionally(request, response), result)

    async def _fetch(
        self,
        request: Request,
        body: bytes,
        distribution: Distribution,
        behavior: CacheBehavior,
        trace: Trace,
        conditions: Headers = Headers(),  # noqa: B008 -- frozen and empty
    ) -> Response:
        origin = distribution.origin(behavior.target_origin_id)
        sent = origin_request(request, behavior, origin, request_id=trace.request_id)
        if conditions.lines:
            # Beside them the viewer's own would let its copy vouch for the stored one.
            asked = (*sent.headers.without(*CONDITIONS), *conditions)
            sent = sent.with_headers(Headers.of(asked))
        with trace.step("origin", id=origin.id, uri=sent.target) as step:
            try:
                response = await self.origins.fetch(
                    sent, body, origin=origin, distribution_arn=distribution.arn
                )
            except OriginError as error:
                trace.reason = str(error)
                step.facts["status"] = error.status
                return error_page(
                    error.status,
                    str(error),
                    rule="OG-004",
                    request_id=trace.request_id,
                    now=self.clock(),
                )
            step.facts["status"] = response.status
        trace.reason = response.headers.get("x-localfront-reason") or trace.reason
        return from_origin(response, cookies_forwarded=forwards_cookies(behavior))

    def _store(
        self,
        key: CacheKey,
        request: Request,
        response: Response,
        distribution: Distribution,
        behavior: CacheBehavior,
        trace: Trace,
    ) -> None:
        if request.method == "HEAD" or response.status in (206, 304):
            return  # no whole object to keep
        policy, now = behavior.cache_policy, self.clock()
        if response.status < 400:
            ttl = response_ttl(response, policy, now=now)
        else:
            configured = distribution.error_response(response.status)
            ttl = error_ttl(
                response,
                policy,
                error_caching_min_ttl=configured.error_caching_min_ttl
                if configured
                else 10,
                is_s3=distribution.origin(behavior.target_origin_id).is_s3,
                now=now,
            )
        if self.cache.store(key, as_stored(response), ttl=ttl, now=now):
            trace.note("stored", ttl=ttl)
