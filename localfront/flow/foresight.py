"""Predict where a request would go; no function runs, nothing is fetched or changed in the cache.

The effects of a viewer-request function or a web ACL are not predicted.
"""

from __future__ import annotations

from dataclasses import dataclass

from localfront.access.viewer_rules import check_size
from localfront.cache.key import cache_key
from localfront.cache.store import ABSENT, Absent, Fresh, Lookup, Stale
from localfront.exchange.exchange import Exchange
from localfront.exchange.reason import Reason
from localfront.exchange.refusal import HttpsRedirect, Refusal
from localfront.exchange.request_trace import Trace
from localfront.flow.cache_reasons import not_from_the_cache, uses_cache
from localfront.flow.pipeline import Pipeline
from localfront.flow.staging import choose_staging
from localfront.http_messages.messages import Request
from localfront.responses.compression import alternatives
from localfront.responses.ranges import normalised_range
from localfront.routing.routes import Route, route_of
from localfront.viewers.viewer_header import read_viewer_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """Where a request would go.

    `trace` has the distribution and the behavior. `stopped` is the redirect or refusal before cache
    and functions; then `exchange`, the exchange that would reach the cache, is None. `found` is the
    result of the lookup, or the `Reason` why there is none. `left` is the freshness left to a
    stored object, in seconds.
    """

    trace: Trace
    stopped: HttpsRedirect | Refusal | None = None
    exchange: Exchange | None = None
    found: Lookup | Reason = ABSENT
    age: int = 0
    left: int = 0


def foresee(pipeline: Pipeline, request: Request) -> Foreseen:
    trace = Trace(
        request_id="",
        method=request.method,
        host=request.headers.get("host") or "",
        target=request.target,
        request=request,
    )
    route = pipeline.routes.find(trace.host, request.uri)
    if route is None:
        return Foreseen(trace=trace, stopped=pipeline.no_distribution(trace.host))
    with_facts = read_viewer_facts(request, pipeline.viewer)
    if isinstance(with_facts, Refusal):
        return Foreseen(trace=trace, stopped=with_facts)
    if too_large := check_size(with_facts, pipeline.profile):
        return Foreseen(trace=trace, stopped=too_large)
    route, with_facts = _primary_or_staging(pipeline, route, with_facts)
    trace.request, trace.distribution, trace.behavior = (
        with_facts,
        route.distribution,
        route.behavior,
    )
    exchange = Exchange(
        request=with_facts, distribution=route.distribution, behavior=route.behavior, trace=trace
    )
    if (verdict := pipeline.verdict(exchange)) is not None:
        return Foreseen(trace=trace, stopped=verdict)
    rooted = pipeline.with_default_root_object(exchange, before=True)
    if exchange.behavior.restricted:
        rooted = pipeline.unsigned(rooted)
    return _looked_up(pipeline, pipeline.with_default_root_object(rooted, before=False))


def _primary_or_staging(
    pipeline: Pipeline, route: Route, request: Request
) -> tuple[Route, Request]:
    """The staging distribution's route where header or cookie choose it; the weight is ignored."""
    if route.distribution.continuous_deployment is None:
        return route, request
    chosen = choose_staging(
        route.distribution,
        pipeline.routes.distributions.staging,
        request,
        now=pipeline.clock(),
        random=lambda: 1.0,
    )
    return route_of(chosen.distribution, chosen.request.uri), chosen.request


def _looked_up(pipeline: Pipeline, exchange: Exchange) -> Foreseen:
    objects, now = pipeline.objects, pipeline.clock()
    if not uses_cache(exchange, objects.assumptions):
        return Foreseen(trace=exchange.trace, exchange=exchange, found=not_from_the_cache(exchange))
    request = exchange.request
    key = cache_key(request, exchange.distribution.id, exchange.behavior.cache_policy)
    others = list(alternatives(key))
    if part := normalised_range(request):
        others.append(key._replace(range=part))
    first = objects.cache.peek(key, now=now)
    looks = [first, *(objects.cache.peek(other, now=now) for other in others)]
    found = next((look for look in looks if isinstance(look, Fresh)), first)
    match found:
        case Fresh(stored) | Stale(stored):
            left = int(stored.expires_at - now)
            age = stored.age(now)
            return Foreseen(
                trace=exchange.trace, exchange=exchange, found=found, age=age, left=left
            )
        case Absent():
            return Foreseen(trace=exchange.trace, exchange=exchange)
