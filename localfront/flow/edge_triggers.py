"""What a behavior attaches to the four events: the function runs, and its result takes effect.

Lambda@Edge functions run at any event, CloudFront Functions at the viewer's two; never both at one
event (LA-005). Who fails, fails closed: an EdgeFunctionError, never the request as it was.

Source: CloudFront Developer Guide, "Determine which CloudFront event to use to trigger a
Lambda@Edge function", "Customize at the edge with CloudFront Functions".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from localfront.cloudfront_functions import event_object as function_events
from localfront.cloudfront_functions import function_results
from localfront.config.distribution import LambdaFunctionAssociation, Origin
from localfront.errors import EdgeValidationError
from localfront.exchange.exchange import Exchange
from localfront.exchange.outcome import FUNCTION_GENERATED, GENERATED, Outcome
from localfront.exchange.request_trace import redacted
from localfront.http_messages.bodies import Body, beginning, close
from localfront.http_messages.messages import Headers, Request, Response
from localfront.http_messages.values import value
from localfront.lambda_edge.contract import events, request_results, response_results
from localfront.lambda_edge.contract.body_field import ShownBody, shown_body
from localfront.lambda_edge.contract.events import EventConfig
from localfront.lambda_edge.contract.limits import (
    MAX_BODY_BYTES,
    WRITABLE_METHODS,
    EventType,
)
from localfront.lambda_edge.contract.request_results import Passed, PassedToOrigin
from localfront.origins.requests import added_headers
from localfront.profiles import PROFILE_2026, Profile
from localfront.viewers.cloudfront_headers import cloudfront_headers

Result = TypeVar("Result")


class Functions(Protocol):
    async def invoke(self, arn: str, event: Mapping[str, Any]) -> object:
        """What the function returned. Raises EdgeFunctionError when it gave no answer."""

    def refused(self, event: Mapping[str, Any], error: EdgeValidationError) -> None:
        """The result was none that CloudFront takes: for the function's log (LL-003)."""


@value(frozen=True, slots=True, kw_only=True)
class ToOrigin:
    """A request as origin-request leaves it: without the origin's path and own headers."""

    request: Request
    origin: Origin
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Triggers:
    """Runs Lambda@Edge functions, and CloudFront Functions. All methods raise EdgeFunctionError."""

    lambdas: Functions
    functions: Functions
    profile: Profile = PROFILE_2026

    async def viewer_request(self, exchange: Exchange) -> Exchange | Outcome:
        """The request as it goes on, or the function's own answer (LR-008)."""
        at, behavior = EventType.VIEWER_REQUEST, exchange.behavior
        if not behavior.lambda_function_associations and (not behavior.function_associations):
            return exchange
        if (arn := _function(exchange, at)) is not None:
            return await self._function_at_viewer_request(exchange, arn)
        association = _lambda(exchange, at)
        if association is None:
            return exchange
        shown, body = await _shown(exchange, association, at)
        event = events.viewer_request_event(exchange.request, config=_config(exchange), body=shown)

        def read(returned: object) -> Passed | Response:
            return request_results.read_viewer_request_result(
                event, returned, exchange.request, profile=self.profile
            )

        arn = association.lambda_function_arn
        result = await _run(self.lambdas, arn, exchange, at, event, read)
        if isinstance(result, Response):
            return Outcome(result, GENERATED, generated=True)
        body = body if result.body is None else result.body
        return replace(exchange, request=_changed(exchange, result.request), body=body)

    async def _function_at_viewer_request(self, exchange: Exchange, arn: str) -> Exchange | Outcome:
        wanted = cloudfront_headers(exchange.request, added_headers(exchange.behavior))
        request = exchange.request.with_headers(
            Headers.of((*exchange.request.headers, *wanted))  # FN-024
        )
        event = function_events.viewer_request_event(request, config=_config(exchange))

        def read(returned: object) -> Request | Response:
            return function_results.read_viewer_request_result(
                event, returned, request, profile=self.profile
            )

        at = EventType.VIEWER_REQUEST
        result = await _run(self.functions, arn, exchange, at, event, read)
        if isinstance(result, Response):
            return Outcome(result, FUNCTION_GENERATED, generated=True)  # FN-014
        return exchange.asking(_changed(exchange, result))

    async def origin_request(
        self, exchange: Exchange, request: Request, origin: Origin
    ) -> ToOrigin | Response:
        """`request` as it would go to the origin, but without the origin's path and own headers."""
        at = EventType.ORIGIN_REQUEST
        association = _lambda(exchange, at)
        if association is None:
            return ToOrigin(request=request, origin=origin, body=exchange.body)
        shown, body = await _shown(exchange, association, at)
        event = events.origin_request_event(request, origin, config=_config(exchange), body=shown)

        def read(returned: object) -> PassedToOrigin | Response:
            return request_results.read_origin_request_result(
                event, returned, request, origin, profile=self.profile
            )

        arn = association.lambda_function_arn
        result = await _run(self.lambdas, arn, exchange, at, event, read)
        if isinstance(result, Response):
            return result
        body = body if result.body is None else result.body
        return ToOrigin(request=result.request, origin=result.origin, body=body)

    async def origin_response(
        self, exchange: Exchange, sent: ToOrigin, response: Response
    ) -> Response:
        """The response as it is stored. On failure its body is closed."""
        at = EventType.ORIGIN_RESPONSE
        association = _lambda(exchange, at)
        if association is None:
            return response
        event = events.origin_response_event(
            sent.request, sent.origin, response, config=_config(exchange)
        )

        def read(returned: object) -> Response:
            return response_results.read_origin_response_result(
                event, returned, response, profile=self.profile
            )

        arn = association.lambda_function_arn
        running = _run(self.lambdas, arn, exchange, at, event, read)
        return await _instead_of(response, running)

    async def viewer_response(self, exchange: Exchange, response: Response) -> Response:
        """The response as the viewer gets it. On failure its body is closed."""
        at = EventType.VIEWER_RESPONSE
        if (arn := _function(exchange, at)) is not None:
            runtime = self.functions
            event = function_events.viewer_response_event(
                exchange.request, response, config=_config(exchange)
            )

            def read(returned: object) -> Response:
                return function_results.read_viewer_response_result(
                    event, returned, response, profile=self.profile
                )
        elif (association := _lambda(exchange, at)) is not None:
            runtime, arn = self.lambdas, association.lambda_function_arn
            event = events.viewer_response_event(
                exchange.request, response, config=_config(exchange)
            )

            def read(returned: object) -> Response:
                return response_results.read_viewer_response_result(
                    event, returned, response, profile=self.profile
                )
        else:
            return response
        running = _run(runtime, arn, exchange, at, event, read)
        return await _instead_of(response, running)


async def _run(
    runtime: Functions,
    arn: str,
    exchange: Exchange,
    at: EventType,
    event: Mapping[str, Any],
    read: Callable[[object], Result],
) -> Result:
    """Run a function and read what it returned, as one step of the trace."""
    with exchange.trace.step(at.value, event=redacted(event)) as step:
        returned = await runtime.invoke(arn, event)
        step.facts["returned"] = {"result": redacted(returned)}
        try:
            result = read(returned)
        except EdgeValidationError as error:
            runtime.refused(event, error)
            raise
        step.facts["gave"] = _gave(result)
    return result


async def _instead_of(response: Response, running: Awaitable[Response]) -> Response:
    """What comes of a response; a body that does not go on is let go."""
    try:
        result = await running
    except BaseException:
        await close(response.body)
        raise
    if result.body is not response.body:
        await close(response.body)
    return result


def _changed(exchange: Exchange, request: Request) -> Request:
    """As a function left it; what CloudFront knows of the viewer comes from what that sent."""
    return replace(request, received=exchange.request.headers)


def _gave(result: object) -> str:
    match result:
        case Response(status=status):
            return str(status)
        case Passed(request=request) | PassedToOrigin(request=request):
            return request.uri
        case Request(uri=uri):
            return uri
        case _:
            return ""


def _function(exchange: Exchange, at: EventType) -> str | None:
    for association in exchange.behavior.function_associations:
        if association.event_type == at:
            return association.function_arn
    return None


def _lambda(exchange: Exchange, at: EventType) -> LambdaFunctionAssociation | None:
    return exchange.behavior.function_for(at)


def _config(exchange: Exchange) -> EventConfig:
    return EventConfig(
        distribution_domain_name=exchange.distribution.domain_name,
        distribution_id=exchange.distribution.id,
        request_id=exchange.trace.request_id,
    )


async def _shown(
    exchange: Exchange, association: LambdaFunctionAssociation, at: EventType
) -> tuple[ShownBody | None, Body]:
    """What of the body a function is shown (LE-030), and the body to go on with."""
    if not association.include_body or exchange.request.method not in WRITABLE_METHODS:
        return None, exchange.body
    first, body = await beginning(exchange.body, MAX_BODY_BYTES[at] + 1)
    return shown_body(first, event=at), body
