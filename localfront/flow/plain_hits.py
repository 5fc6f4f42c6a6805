"""Plain hits: requests that the cache answers, with nothing to wait for and no function to run.

    Host → behavior → checks → cache → response headers policy → viewer

Everything up to the cache follows from the request's head and the configuration alone, and viewers
send the same heads again and again: it is worked out once for each. The rules are those of `Pipeline`,
which answers whatever is not as plain as this.
"""

from __future__ import annotations

from localfront.access.viewer_rules import check_size
from localfront.cache.key import CacheKey, cache_key
from localfront.cache.store import Fresh, Stored
from localfront.exchange.exchange import Exchange
from localfront.exchange.refusal import Refusal
from localfront.exchange.request_trace import Trace
from localfront.flow.cache_reasons import asks_the_cache
from localfront.flow.pipeline import Pipeline
from localfront.http_messages.messages import Headers, Request, Response
from localfront.http_messages.values import value
from localfront.responses.conditional import ASKED
from localfront.routing.routes import Route
from localfront.viewers.cloudfront_headers import is_added_by_cloudfront
from localfront.viewers.viewer_header import read_viewer_facts

REMEMBERED = 1024  # heads; then all are forgotten: anyone can make up more
AT_THE_VIEWER = frozenset({"viewer-request", "viewer-response"})

Head = tuple[Headers, str, str, str, str, str]


@value(frozen=True, slots=True)
class Plain:
    """What serves a request, and the key of its object."""

    route: Route
    key: CacheKey


@value(frozen=True, slots=True)
class Found:
    """A fresh object in the cache, for an exchange that is yet to be made of the request."""

    request: Request
    plain: Plain
    stored: Stored
    now: float


class PlainHits:
    """Plain hits of one pipeline."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._known: dict[Head, Plain | None] = {}

    def find(self, request: Request, *, max_bytes: int) -> Found | Plain | None:
        """The object that answers, or the key of one that can't; None for what isn't plain.

        A body of more than `max_bytes` can't: sending it takes a while.
        """
        known = read_viewer_facts(request, self._pipeline.viewer)
        if isinstance(known, Refusal):
            return None
        plain = self._plain(request, known)
        if plain is None:
            return None
        now = self._pipeline.clock()
        looked = self._pipeline.objects.cache.lookup(plain.key, now=now)
        if not isinstance(looked, Fresh):
            return plain
        response = looked.stored.response
        if response.status >= 400 or len(response.held) > max_bytes:
            return plain
        return Found(known, plain, looked.stored, now)

    def answer(self, found: Found, trace: Trace) -> Response:
        pipeline, route = self._pipeline, found.plain.route
        exchange = pipeline.taken_up(route, found.request, b"", trace)
        rooted = _rooted(pipeline, exchange)
        outcome = pipeline.objects.hit(rooted, found.stored, found.now)
        return pipeline.finished(pipeline.with_headers_policy(exchange, outcome), trace)

    def _plain(self, request: Request, known: Request) -> Plain | None:
        head = (
            request.headers,
            request.uri,
            request.querystring,
            request.method,
            request.scheme,
            request.http_version,
        )
        if head in self._known:
            return self._known[head]
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        plain = self._known[head] = self._worked_out(known)
        return plain

    def _worked_out(self, request: Request) -> Plain | None:
        """None for a request that takes more than the cache."""
        pipeline = self._pipeline
        host = request.headers.get("host") or ""
        route = pipeline.routes.find(host, request.uri)
        if route is None or not _is_plain(route) or check_size(request, pipeline.profile):
            return None
        unheard = Trace(request_id="", method=request.method, host=host, target=request.target)
        exchange = pipeline.taken_up(route, request, b"", unheard)
        if pipeline.verdict(exchange) is not None:
            return None
        exchange = _rooted(pipeline, exchange)
        if not asks_the_cache(exchange, pipeline.objects.assumptions):
            return None
        request, policy = exchange.request, route.behavior.cache_policy
        if request.headers.has_any(ASKED):
            return None
        # Such a header may depend on the viewer's connection, and not on the head.
        if any(map(is_added_by_cloudfront, policy.headers.names)):
            return None
        return Plain(route, cache_key(request, route.distribution.id, policy))


def _rooted(pipeline: Pipeline, exchange: Exchange) -> Exchange:
    """Without a function in between, the default root object is the same before it as after it."""
    return pipeline.rooted(pipeline.rooted(exchange, before=True), before=False)


def _is_plain(route: Route) -> bool:
    distribution, behavior = route.distribution, route.behavior
    return (
        distribution.web_acl is None
        and distribution.continuous_deployment is None
        and not behavior.is_signed
        and AT_THE_VIEWER.isdisjoint(behavior.events)
    )
