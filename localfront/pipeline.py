"""One request's way through CloudFront, top to bottom. Read this first.

    Host → distribution → behavior → viewer protocol, method → country, signature
         → viewer-request function → cache → origin → cache → custom error page
         → response headers policy → viewer

The rules stand in the modules named here; this one only puts them in CloudFront's order
(PL-002, PL-003).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from localfront.access.geo_restriction import check_country
from localfront.access.signed_requests import check_signature, without_signature
from localfront.access.viewer_header import read_viewer_facts
from localfront.access.viewer_rules import (
    Redirect,
    Refusal,
    check_method,
    check_protocol,
    check_size,
)
from localfront.behaviors import choose
from localfront.bodies import Body, close
from localfront.cache.conditional import CONDITIONS
from localfront.config.distribution import Distribution
from localfront.distributions import Distributions
from localfront.edge.events import EventConfig, viewer_request_event
from localfront.edge.request_results import read_viewer_request_result
from localfront.errors import EdgeExecutionError, EdgeFunctionError
from localfront.messages import Request, Response
from localfront.objects import Objects
from localfront.origin_side import Clock
from localfront.outcome import ERROR, GENERATED, REDIRECT, Outcome
from localfront.profiles import PROFILE_2026
from localfront.request_trace import Trace, redacted
from localfront.responses.headers_policy import apply_policy
from localfront.responses.viewer_responses import (
    error_page,
    redirect_to_https,
    to_viewer,
)
from localfront.viewer_facts import NOTHING_KNOWN, ViewerFacts
from localfront.visit import Visit


class Functions(Protocol):
    async def invoke(self, arn: str, event: Mapping[str, Any]) -> object:
        """What the function returned. Raises EdgeFunctionError when it gave no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """Answers viewers as the distributions say.

    `https_port` is where redirects lead, `viewer` what is known of who tells nothing.
    """

    distributions: Distributions
    functions: Functions
    objects: Objects
    clock: Clock
    https_port: int = 443
    viewer: ViewerFacts = NOTHING_KNOWN

    async def answer(self, request: Request, body: Body, trace: Trace) -> Response:
        """Take one request all the way; the trace tells afterwards what happened."""
        host = request.headers.get("host") or ""
        distribution = self.distributions.answering(host)
        known = read_viewer_facts(request, self.viewer)
        if distribution is None:
            outcome = self._refused(_no_distribution(host, self.distributions), trace)
        elif isinstance(known, Refusal):
            outcome = self._refused(known, trace)
        elif refusal := check_size(known):
            outcome = self._refused(refusal, trace)
        else:
            trace.note("distribution", id=distribution.id)
            outcome = await self._serve(known, body, distribution, trace)
        trace.finish(outcome.response.status, outcome.x_cache.partition(" ")[0])
        return to_viewer(
            outcome.response, x_cache=outcome.x_cache, request_id=trace.request_id
        )

    async def _serve(
        self, request: Request, body: Body, distribution: Distribution, trace: Trace
    ) -> Outcome:
        match = choose(request.uri, distribution.behaviors)
        behavior = match.behavior
        trace.note(
            "behavior", pattern=behavior.path_pattern, passed_over=match.passed_over
        )
        verdict = check_protocol(request, behavior)
        if isinstance(verdict, Redirect):  # VP-004: no function runs, no policy applies
            response = redirect_to_https(
                request, verdict.status, https_port=self.https_port, now=self.clock()
            )
            return Outcome(response, REDIRECT)
        # Table D.2, item 2, undocumented: who may not come in starts no function.
        refusal = (
            verdict
            or check_method(request, behavior, has_body=bool(body))
            or check_country(request.viewer.country, distribution.geo_restriction)
            or check_signature(request, behavior, now=self.clock())
        )
        if refusal is not None:
            outcome = self._refused(refusal, trace)
        else:
            visit = Visit(
                request=request,
                body=body,
                distribution=distribution,
                behavior=behavior,
                trace=trace,
            )
            outcome = await self._after_viewer_request(visit)
        # LR-019: CloudFront does not change what a function answered.
        if outcome.response.status >= 400 and not outcome.is_generated:
            outcome = await self._custom_error_page(
                request, distribution, outcome, trace
            )
        # Table D.2, item 7, undocumented: the guide says "every response of the behavior"
        # (RH-004), so also those that a function generated.
        response = apply_policy(
            behavior.response_headers_policy, request, outcome.response
        )
        return replace(outcome, response=response)

    async def _after_viewer_request(self, visit: Visit) -> Outcome:
        root = visit.distribution.default_root_object
        try:
            seen = await self._viewer_request(visit)
            if isinstance(
                seen, Response
            ):  # LR-008: to the viewer at once, never cached
                return Outcome(seen, GENERATED)
            if seen.uri == "/" and root:
                # RT-012, RT-013. Table D.2, item 1, undocumented: the function sees `/`.
                seen = replace(seen, uri=f"/{root}")
            if visit.behavior.restricted:  # table D.2, item 15
                seen = replace(seen, querystring=without_signature(seen.querystring))
            # RT-010: what the function rewrote does not choose the behavior again.
            return await self.objects.get(visit.asking(seen))
        except EdgeFunctionError as error:
            return self._function_failed(error, visit.trace)

    async def _viewer_request(self, visit: Visit) -> Request | Response:
        request, distribution, trace = visit.request, visit.distribution, visit.trace
        association = visit.behavior.function_for("viewer-request")
        if association is None:
            return request
        event = viewer_request_event(
            request,
            config=EventConfig(
                distribution_domain_name=distribution.domain_name,
                distribution_id=distribution.id,
                request_id=trace.request_id,
            ),
        )
        with trace.step("viewer-request", event=redacted(event)) as step:
            returned = await self.functions.invoke(
                association.lambda_function_arn, event
            )
            step.facts["returned"] = {"result": redacted(returned)}
            result = read_viewer_request_result(
                event, returned, request, profile=PROFILE_2026
            )
            if isinstance(result, Response):
                step.facts["gave"] = f"{result.status}"
                return result
            step.facts["gave"] = result.request.uri
        return result.request

    async def _custom_error_page(
        self,
        request: Request,
        distribution: Distribution,
        failed: Outcome,
        trace: Trace,
    ) -> Outcome:
        """ER-009..014: the page comes through its own behavior, without viewer-request."""
        configured = distribution.error_response(failed.response.status)
        if configured is None or configured.response_page_path is None:
            return failed
        wanted = replace(
            request,
            method="GET",
            uri=configured.response_page_path,
            querystring="",
            headers=request.headers.without(*CONDITIONS),
        )
        match = choose(wanted.uri, distribution.behaviors)
        trace.note("error page", uri=wanted.uri, pattern=match.behavior.path_pattern)
        visit = Visit(
            request=wanted,
            distribution=distribution,
            behavior=match.behavior,
            trace=trace,
        )
        page = await self.objects.get(visit)
        await close(failed.response.body)
        if page.response.status != 200:
            return Outcome(page.response, ERROR)  # ER-014
        shown = configured.response_code or failed.response.status
        return Outcome(replace(page.response, status=shown, reason=""), ERROR)

    def _refused(self, refusal: Refusal, trace: Trace) -> Outcome:
        trace.reason = f"{refusal.rule}: {refusal.message}"
        page = error_page(
            refusal.status,
            refusal.message,
            rule=refusal.rule,
            request_id=trace.request_id,
            now=self.clock(),
        )
        if refusal.close:
            page = page.with_headers(page.headers.adding("Connection", "close"))
        return Outcome(page, ERROR)

    def _function_failed(self, error: EdgeFunctionError, trace: Trace) -> Outcome:
        """Fail closed with AWS's status; the page tells the developer which rule broke."""
        trace.reason = f"{error.rule}: {error}"
        page = error_page(
            error.status,
            str(error),
            rule=error.rule,
            request_id=trace.request_id,
            now=self.clock(),
            detail=error.traceback if isinstance(error, EdgeExecutionError) else "",
        )
        return Outcome(page, error.x_cache)


def _no_distribution(host: str, distributions: Distributions) -> Refusal:
    """HO-002, with the names that would have been answered."""
    known = (
        ", ".join(distributions.names) or "none: no distribution has been created yet"
    )
    return Refusal(
        status=403,
        rule="HO-002",
        message=f"No distribution answers for Host {host!r}. Names that are known: {known}.",
    )
