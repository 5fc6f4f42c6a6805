"""One request's path through CloudFront, top to bottom. Read this first.

    Host → distribution → behavior → web ACL → viewer protocol, method → country, signature
         → viewer-request function → cache → origin → cache → custom error page
         → response headers policy → viewer-response function → viewer

Cache and origin are in `cached_objects.py` and `origin_exchange.py`. The rules are in the modules
imported here; this one applies them in CloudFront's order (PL-002, PL-003).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from localfront.access.geo_restriction import check_country
from localfront.access.signed_requests import check_signature, without_signature
from localfront.access.viewer_rules import (
    check_chain,
    check_method,
    check_protocol,
    check_size,
)
from localfront.access.web_acl_rules import WebAcls
from localfront.cache.key import CacheKey
from localfront.cache.shared_responses import let_go
from localfront.config.distribution import Distribution
from localfront.errors import EdgeFunctionError
from localfront.exchange.clock import Clock
from localfront.exchange.exchange import Exchange
from localfront.exchange.outcome import ERROR, REDIRECT, Outcome
from localfront.exchange.refusal import HttpsRedirect, Refusal
from localfront.exchange.request_trace import Trace, printable
from localfront.flow.cached_objects import Objects
from localfront.flow.edge_triggers import Triggers
from localfront.flow.firewall import blocked
from localfront.flow.staging import choose_staging
from localfront.http_messages.bodies import Body
from localfront.http_messages.messages import Request, Response
from localfront.http_messages.viewer_facts import NOTHING_KNOWN, ViewerFacts
from localfront.profiles import ASSUMPTIONS, PROFILE_2026, Assumptions, Profile
from localfront.responses.conditional import CONDITIONS
from localfront.responses.headers_policy import apply_policy
from localfront.responses.own_responses import function_failed, refused
from localfront.responses.server_timing import timing_of, with_server_timing
from localfront.responses.viewer_responses import (
    redirect_to_https,
    to_viewer,
    with_connection,
    without_hsts_on_localhost,
)
from localfront.routing.routes import Route, Routes, route_of
from localfront.viewers.viewer_header import read_viewer_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """Answers viewers' requests according to the distributions.

    `https_port` is the port of redirects, `viewer` the facts of viewers that state none.
    """

    routes: Routes
    triggers: Triggers
    objects: Objects
    clock: Clock
    https_port: int = 443
    viewer: ViewerFacts = NOTHING_KNOWN
    profile: Profile = PROFILE_2026
    assumptions: Assumptions = ASSUMPTIONS
    random: Callable[[], float] = random.random
    web_acls: WebAcls = field(default_factory=WebAcls)

    async def respond(self, request: Request, body: Body, trace: Trace) -> Response:
        """Answer one request. The trace records what happened."""
        return self.finished(await self._outcome(request, body, trace), trace)

    def finished(self, outcome: Outcome, trace: Trace) -> Response:
        """The response as it goes to the viewer, with the headers that CloudFront adds."""
        trace.finish(outcome.response.status, outcome.result)
        response = to_viewer(
            without_hsts_on_localhost(outcome.response, trace.host),
            x_cache=outcome.x_cache,
            request_id=trace.request_id,
            now=self.clock(),
            age=outcome.age,
        )
        trace.sent = response.headers
        return response

    async def _outcome(self, request: Request, body: Body, trace: Trace) -> Outcome:
        host = request.headers.get("host") or ""
        route = self.routes.find(host, request.uri)
        if route is None:
            return refused(self.no_distribution(host), trace, now=self.clock())
        with_facts = read_viewer_facts(request, self.viewer)
        if isinstance(with_facts, Refusal):
            return refused(with_facts, trace, now=self.clock())
        if too_large := check_size(with_facts, self.profile):
            return refused(too_large, trace, now=self.clock())
        if route.distribution.continuous_deployment is not None:
            return await self._primary_or_staging(route.distribution, with_facts, body, trace)
        return await self._of(route, with_facts, body, trace)

    def no_distribution(self, host: str) -> Refusal:
        """The refusal of an unknown Host; it lists the known names (HO-002)."""
        printable_host, names = printable(host), self.routes.distributions.names
        names_text = ", ".join(names) or "none: no distribution has been created yet"
        return Refusal(
            status=403,
            rule="HO-002",
            message=f"No distribution serves Host {printable_host!r}. Served names: {names_text}.",
        )

    async def _primary_or_staging(
        self, primary: Distribution, request: Request, body: Body, trace: Trace
    ) -> Outcome:
        """The response of the primary distribution or of its staging distribution (MI-005)."""
        chosen = choose_staging(
            primary,
            self.routes.distributions.staging,
            request,
            now=self.clock(),
            random=self.random,
        )
        route = route_of(chosen.distribution, chosen.request.uri)
        outcome = await self._of(route, chosen.request, body, trace)
        if chosen.cookie is None:
            return outcome
        headers = outcome.response.headers.adding("Set-Cookie", chosen.cookie)
        return replace(outcome, response=outcome.response.with_headers(headers))

    @staticmethod
    def taken_up(route: Route, request: Request, body: Body, trace: Trace) -> Exchange:
        """The exchange of a request whose behavior is known; the trace notes both."""
        trace.steps += route.steps
        trace.request, trace.distribution = request, route.distribution
        trace.behavior = route.behavior
        return Exchange(
            request=request,
            body=body,
            distribution=route.distribution,
            behavior=route.behavior,
            trace=trace,
        )

    async def _of(self, route: Route, request: Request, body: Body, trace: Trace) -> Outcome:
        exchange = self.taken_up(route, request, body, trace)
        outcome = blocked(self.web_acls, exchange, self.clock)
        if outcome is not None:  # PL-001
            outcome = await self._custom_error_page(exchange, outcome)
            return self.with_headers_policy(exchange, outcome)
        verdict = self.verdict(exchange)
        if isinstance(verdict, HttpsRedirect):  # VP-004: before functions and headers policy
            response = redirect_to_https(
                request, verdict.status, https_port=self.https_port, now=self.clock()
            )
            return Outcome(response, REDIRECT)
        if verdict is not None:
            outcome = refused(verdict, trace, now=self.clock())
            outcome = await self._custom_error_page(exchange, outcome)
            return self.with_headers_policy(exchange, outcome)
        return await self._served(exchange)

    def verdict(self, exchange: Exchange) -> HttpsRedirect | Refusal | None:
        """Refuse before any function runs (undocumented: table D.2, item 2)."""
        request, behavior = exchange.request, exchange.behavior
        restriction = exchange.distribution.geo_restriction
        return (
            check_chain(request)
            or check_protocol(request, behavior)
            or check_method(request, behavior, has_body=bool(exchange.body))
            or check_country(request.viewer.country, restriction)
            or (
                check_signature(request, behavior, now=self.clock()) if behavior.is_signed else None
            )
        )

    async def _served(self, exchange: Exchange) -> Outcome:
        seen, outcome = await self._object(exchange)
        outcome = await self._completed(exchange, outcome)
        if outcome.skips_viewer_response or "viewer-response" not in exchange.behavior.events:
            return outcome
        return await self._viewer_response(seen, outcome)

    async def served_plainly(self, exchange: Exchange, key: CacheKey) -> Outcome:
        """The rest of the path, without viewer-response; no function changes the cache key."""
        _, outcome = await self._object(exchange, key)
        return await self._completed(exchange, outcome)

    async def _completed(self, exchange: Exchange, outcome: Outcome) -> Outcome:
        """With the custom error page, and the headers policy."""
        # LR-019, FN-010: CloudFront does not change responses that a function generated.
        if outcome.response.status >= 400 and not outcome.generated:
            outcome = await self._custom_error_page(exchange, outcome)
        return self.with_headers_policy(exchange, outcome)

    async def _object(
        self, exchange: Exchange, key: CacheKey | None = None
    ) -> tuple[Exchange, Outcome]:
        """The response, and the exchange as the viewer-request function left it."""
        try:
            requested = seen = self.with_default_root_object(exchange, before=True)
            if "viewer-request" in exchange.behavior.events:
                left = await self.triggers.viewer_request(seen)
                if isinstance(left, Outcome):  # LR-008: to the viewer at once, never cached
                    return exchange, left
                seen = left
            if exchange.behavior.restricted:
                seen = self.unsigned(seen)
            # RT-010: a path that the function rewrote does not select another behavior.
            with_default_root_object = self.with_default_root_object(seen, before=False)
            if key is not None and seen is requested:
                return seen, await self.objects.under(key, with_default_root_object)
            return seen, await self.objects.get(with_default_root_object)
        except EdgeFunctionError as error:
            return exchange, self._failed(error, exchange.trace)

    def unsigned(self, exchange: Exchange) -> Exchange:
        """Take the signature out of the query string, for the cache and the origin."""
        if not self.assumptions.signature_removed_before_origin:
            return exchange
        plain = without_signature(exchange.request.querystring)
        return exchange.with_request(replace(exchange.request, querystring=plain))

    def with_default_root_object(self, exchange: Exchange, *, before: bool) -> Exchange:
        """Apply the default root object (RT-012, RT-013; when: table D.2, item 1)."""
        root = exchange.distribution.default_root_object
        if not root or exchange.request.uri != "/":
            return exchange
        if before is not self.assumptions.default_root_object_before_function:
            return exchange
        return exchange.with_request(replace(exchange.request, uri=f"/{root}"))

    async def _custom_error_page(self, exchange: Exchange, failed: Outcome) -> Outcome:
        """Fetch the error page through its own behavior, without viewer-request (ER-009..014)."""
        distribution, error = exchange.distribution, failed.response.status
        configured = distribution.error_response(error)
        if configured is None or configured.response_page_path is None:
            return failed
        if failed.result == "LambdaLimitExceeded":  # ER-016
            return failed
        wanted = replace(
            exchange.request,
            method="GET",
            uri=configured.response_page_path,
            querystring="",
            headers=exchange.request.headers.without(*CONDITIONS),
        )
        behavior = route_of(distribution, wanted.uri).behavior
        exchange.trace.note("error page", uri=wanted.uri, pattern=behavior.path_pattern)
        fetching = replace(exchange, request=wanted, body=b"", behavior=behavior, chosen=None)
        await let_go(failed.response.body)
        try:
            page = await self.objects.get(fetching)
        except EdgeFunctionError as broken:
            return self._failed(broken, exchange.trace)
        if page.response.status != 200:
            return Outcome(page.response, ERROR)  # ER-014
        status = configured.response_code or error
        response = replace(page.response, status=status, reason="")
        return Outcome(with_connection(response, error), ERROR)

    def with_headers_policy(self, exchange: Exchange, outcome: Outcome) -> Outcome:
        """Apply the headers policy (RH-004); for generated responses see table D.2, item 7."""
        policy = exchange.behavior.response_headers_policy
        exchange.trace.before_policy = outcome.response.headers
        if policy is None or (
            outcome.generated and not self.assumptions.headers_policy_on_generated_responses
        ):
            return outcome
        response = apply_policy(policy, exchange.request, outcome.response)
        if policy.server_timing is not None:
            response = with_server_timing(
                policy,
                exchange.request,
                response,
                timing_of(exchange.trace, outcome.result),
                random=self.random,
            )
        exchange.trace.after_policy = response.headers
        return replace(outcome, response=response)

    async def _viewer_response(self, exchange: Exchange, outcome: Outcome) -> Outcome:
        """Run viewer-response; it sees the policy's headers (PL-004), and Age on a hit (LE-017)."""
        response = outcome.response
        if outcome.age is not None:
            aged = response.headers.replacing("Age", str(outcome.age))
            response = response.with_headers(aged)
        try:
            result = await self.triggers.viewer_response(exchange, response)
        except EdgeFunctionError as error:
            return self._failed(error, exchange.trace)
        return outcome if result is response else replace(outcome, response=result)

    def _failed(self, error: EdgeFunctionError, trace: Trace) -> Outcome:
        return function_failed(error, trace, profile=self.profile, now=self.clock())
