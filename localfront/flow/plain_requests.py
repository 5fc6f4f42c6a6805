"""Plain requests: those that use the cache and have no viewer-response function.

    Host → behavior → checks (→ viewer-request) → cache → (origin →) response headers policy → viewer

Everything up to the cache depends only on the request's head and the configuration, and viewers
repeat the same heads: it is computed once for each. A hit then waits for nothing, or for a function
alone: mostly that leaves the request as it is. The rules are those of `Pipeline`, which handles all
other requests.
"""

from __future__ import annotations

from localfront.access.viewer_rules import check_size
from localfront.cache.key import CacheKey, cache_key
from localfront.cache.store import Fresh, Stored
from localfront.exchange.exchange import Exchange
from localfront.exchange.refusal import Refusal
from localfront.exchange.request_trace import Trace
from localfront.flow.cache_reasons import uses_cache
from localfront.flow.pipeline import Pipeline
from localfront.http_messages.head_memo import HeadMemo
from localfront.http_messages.messages import Request, Response
from localfront.http_messages.values import value
from localfront.responses.conditional import ASKED
from localfront.routing.routes import Route
from localfront.viewers.cloudfront_headers import is_added_by_cloudfront
from localfront.viewers.viewer_header import read_viewer_facts

UNHEARD = Trace(request_id="", method="", host="", target="")  # nothing is noted in it


@value(frozen=True, slots=True)
class Plain:
    """The behavior for a request, and the key of its object, if no function changes the request."""

    route: Route
    key: CacheKey
    waits_for_a_function: bool


@value(frozen=True, slots=True)
class PlainLookup:
    """A request, and the fresh object in the cache that can be served at once, if any."""

    request: Request
    plain: Plain
    stored: Stored | None
    now: float


class PlainRequests:
    """Plain requests of one pipeline."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def find(self, request: Request, *, head: HeadMemo, max_bytes: int) -> PlainLookup | None:
        """The requested object; None if the request isn't plain.

        An object of more than `max_bytes` isn't served at once: sending it takes a while.
        """
        with_facts = read_viewer_facts(request, self._pipeline.viewer)
        if isinstance(with_facts, Refusal):
            return None
        plain = self._plain(request, with_facts, head)
        if plain is None:
            return None
        if plain.waits_for_a_function:
            return PlainLookup(with_facts, plain, None, 0.0)
        now, stored = self._pipeline.clock(), None
        looked = self._pipeline.objects.cache.lookup(plain.key, now=now)
        if isinstance(looked, Fresh):
            response = looked.stored.response
            if response.status < 400 and len(response.held) <= max_bytes:
                stored = looked.stored
        return PlainLookup(with_facts, plain, stored, now)

    def hit(self, lookup: PlainLookup, stored: Stored, trace: Trace) -> Response:
        pipeline, route = self._pipeline, lookup.plain.route
        exchange = pipeline.taken_up(route, lookup.request, b"", trace)
        rooted = _with_default_root_object(pipeline, exchange)
        outcome = pipeline.objects.hit(rooted, stored, lookup.now)
        return pipeline.finished(pipeline.with_headers_policy(exchange, outcome), trace)

    async def served(self, lookup: PlainLookup, trace: Trace) -> Response:
        """The response to a request that has to wait, for a function or for an origin."""
        pipeline, route = self._pipeline, lookup.plain.route
        exchange = pipeline.taken_up(route, lookup.request, b"", trace)
        outcome = await pipeline.served_plainly(exchange, lookup.plain.key)
        return pipeline.finished(outcome, trace)

    def _plain(self, request: Request, with_facts: Request, head: HeadMemo) -> Plain | None:
        key = (
            request.headers,
            request.uri,
            request.querystring,
            request.method,
            request.scheme,
            request.http_version,
        )
        if head.owner is not self or head.key != key:
            head.store(self, key, self._computed(with_facts))
        plain: Plain | None = head.result
        return plain

    def _computed(self, request: Request) -> Plain | None:
        """None if the request isn't plain."""
        pipeline = self._pipeline
        host = request.headers.get("host") or ""
        route = pipeline.routes.find(host, request.uri)
        if route is None or not _is_plain(route) or check_size(request, pipeline.profile):
            return None
        exchange = Exchange(
            request=request,
            distribution=route.distribution,
            behavior=route.behavior,
            trace=UNHEARD,
        )
        if pipeline.verdict(exchange) is not None:
            return None
        exchange = _with_default_root_object(pipeline, exchange)
        if not uses_cache(exchange, pipeline.objects.assumptions):
            return None
        request, policy = exchange.request, route.behavior.cache_policy
        if request.headers.has_any(ASKED):
            return None
        # Such a header may depend on the viewer's connection, and not on the head.
        if any(map(is_added_by_cloudfront, policy.headers.names)):
            return None
        key = cache_key(request, route.distribution.id, policy)
        return Plain(route, key, "viewer-request" in route.behavior.events)


def _with_default_root_object(pipeline: Pipeline, exchange: Exchange) -> Exchange:
    """The exchange with the default root object applied, if no function changes its path."""
    return pipeline.with_default_root_object(
        pipeline.with_default_root_object(exchange, before=True), before=False
    )


def _is_plain(route: Route) -> bool:
    distribution, behavior = route.distribution, route.behavior
    return (
        distribution.web_acl is None
        and distribution.continuous_deployment is None
        and not behavior.is_signed
        and "viewer-response" not in behavior.events
    )
