"""Origin requests on a cache miss: the origin-facing events, the origin's response, failover.

    origin-request function → origin → origin-response function
    and, with an origin group, once more for its secondary origin (PL-012)

Sources: CloudFront Developer Guide, "Optimize high availability with CloudFront origin failover"
(OG-007..013), "Determine which CloudFront event to use to trigger a Lambda@Edge function".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from localfront.cache.vary import with_kept_vary
from localfront.config.distribution import Origin
from localfront.errors import OriginError
from localfront.exchange.clock import Clock
from localfront.exchange.exchange import Exchange
from localfront.exchange.fetched import Fetched
from localfront.exchange.origin_choice import OriginChoice, assigned
from localfront.exchange.reason import Reason
from localfront.flow.edge_triggers import ToOrigin, Triggers
from localfront.http_messages.bodies import Body, close
from localfront.http_messages.messages import NO_HEADERS, Headers, Request, Response
from localfront.http_messages.origin_connection import OriginConnection
from localfront.origins.overrides import as_overridden
from localfront.origins.requests import addressed, forwards_cookies, origin_request
from localfront.profiles import ASSUMPTIONS, Assumptions
from localfront.responses.compression import coding_for, compressed
from localfront.responses.conditional import ASKED
from localfront.responses.ranges import check_partial
from localfront.responses.viewer_responses import error_page, from_origin

RANGE = frozenset({"range", "if-range"})


class Origins(Protocol):
    async def fetch(
        self, request: Request, body: Body, *, origin: Origin, distribution_arn: str
    ) -> Response:
        """Fetch the origin's response. Raises OriginError when there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginSide:
    origins: Origins
    triggers: Triggers
    clock: Clock
    assumptions: Assumptions = ASSUMPTIONS

    async def fetch(self, exchange: Exchange, conditions: Headers = NO_HEADERS) -> Fetched:
        """Fetch from the behavior's origin, and from its group's secondary where that fails.

        `conditions` are the validators of a stored copy. Raises EdgeFunctionError.
        """
        target_id = exchange.behavior.target_origin_id
        choice = exchange.chosen or assigned(exchange.distribution, target_id)
        fetched = await self._ask(exchange, choice.primary, conditions)
        if choice.secondary is None or not _fails_over(choice, exchange, fetched):
            return fetched
        await close(fetched.response.body)
        exchange.trace.note("failover", to=choice.secondary.id)
        return await self._ask(exchange, choice.secondary, conditions)

    async def _ask(self, exchange: Exchange, origin: Origin, conditions: Headers) -> Fetched:
        bare = origin_request(
            exchange.request, exchange.behavior, origin, request_id=exchange.trace.request_id
        )
        bare = bare.with_headers(_origin_headers(bare.headers, conditions))
        going = await self.triggers.origin_request(exchange, bare, origin)
        if isinstance(going, Response):  # LR-009
            exchange.trace.detail = "MissGeneratedResponse"
            return Fetched(response=going, origin_status=None, generated=True)
        configured = as_overridden(going.origin, distribution=exchange.distribution)
        if configured is not going.origin:
            going = replace(going, origin=configured)
        try:
            response = await self._exchange(exchange, going)
        except OriginError as error:
            return self._no_response(exchange, going.origin, error)
        status, came_over = response.status, response.came_over
        response = await self.triggers.origin_response(exchange, going, response)
        fetched = self._fetched(exchange, going, response, status, came_over)
        mended = response.status < 400 <= status
        if mended and not self.assumptions.viewer_response_skips_mended_errors:
            fetched = replace(fetched, origin_status=200)
        return fetched

    def _fetched(
        self,
        exchange: Exchange,
        going: ToOrigin,
        response: Response,
        status: int,
        came_over: OriginConnection | None,
    ) -> Fetched:
        coding = coding_for(exchange.request, response, exchange.behavior)
        return Fetched(
            response=response if coding is None else compressed(response, coding),
            origin_status=status,
            failover_on=frozenset({status}),
            is_s3=going.origin.is_s3,
            came_over=() if came_over is None else (came_over,),
        )

    async def _exchange(self, exchange: Exchange, going: ToOrigin) -> Response:
        trace, behavior = exchange.trace, exchange.behavior
        sent = addressed(going.request, going.origin)
        looked_at = {"to": going.origin, "sent": sent, "without": exchange.request}
        with trace.step("origin", id=going.origin.id, uri=sent.target, kept=looked_at) as step:
            try:
                response = await self.origins.fetch(
                    sent,
                    going.body,
                    origin=going.origin,
                    distribution_arn=exchange.distribution.arn,
                )
                check_partial(response)
            except OriginError as error:
                step.facts["status"] = error.status
                step.kept["failed"] = Reason("OG-004", str(error))
                raise
            step.facts["status"] = response.status
            step.kept["received"] = response.headers
        trace.reason = response.headers.get("x-localfront-reason") or trace.reason
        cleaned = from_origin(response, cookies_forwarded=forwards_cookies(behavior))
        return with_kept_vary(cleaned, behavior)

    def _no_response(self, exchange: Exchange, origin: Origin, error: OriginError) -> Fetched:
        exchange.trace.reason = str(error)
        exchange.trace.detail = error.detail
        page = error_page(
            error.status,
            str(error),
            rule="OG-004",
            request_id=exchange.trace.request_id,
            now=self.clock(),
        )
        return Fetched(
            response=page,
            origin_status=None,
            failover_on=error.failover_on,
            is_s3=origin.is_s3,
        )


def _origin_headers(headers: Headers, conditions: Headers) -> Headers:
    """The request with the stored copy's validators only, not those of the viewer's own copy.

    A `Range` is forwarded as CloudFront normalised it (RG-001, RG-002).
    """
    if not conditions.lines:
        return headers.less(RANGE)
    return Headers((*headers.less(RANGE if "range" in conditions else ASKED), *conditions))


def _fails_over(choice: OriginChoice, exchange: Exchange, fetched: Fetched) -> bool:
    """Whether to fail over (OG-008, OG-009, OG-011). Requests start at the primary (OG-010)."""
    method = exchange.request.method
    if method not in ("GET", "HEAD", "OPTIONS"):
        return False
    if method == "OPTIONS" and method not in exchange.behavior.cached_methods:
        return False
    return not fetched.failover_on.isdisjoint(choice.failover_status_codes)
