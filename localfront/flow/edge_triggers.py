"""Run the functions that a behavior associates with the four events, and apply their results.

Lambda@Edge functions run at any event, CloudFront Functions at the two viewer events, and never
both at one event (LA-005). They fail closed: an error is an EdgeFunctionError, and the request does
not continue unchanged.

Source: CloudFront Developer Guide, "Determine which CloudFront event to use to trigger a
Lambda@Edge function", "Customize at the edge with CloudFront Functions".
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, field, replace

from localfront.cache.shared_responses import let_go
from localfront.cloudfront_functions.origin_steps import WithOrigin
from localfront.config.distribution import LambdaFunctionAssociation, Origin
from localfront.errors import EdgeFunctionError, EdgeValidationError
from localfront.exchange.exchange import Exchange
from localfront.exchange.function_lines import Collecting, Lines
from localfront.exchange.outcome import Outcome
from localfront.exchange.reason import Reason
from localfront.flow.edge_runtimes import (
    CloudFrontFunctionsRuntime,
    EdgeRuntime,
    FunctionCall,
    Functions,
    LambdaEdgeRuntime,
    Result,
)
from localfront.http_messages.bodies import Body, beginning, close
from localfront.http_messages.messages import Request, Response
from localfront.http_messages.values import value
from localfront.lambda_edge.contract.body_field import ShownBody, shown_body
from localfront.lambda_edge.contract.limits import MAX_BODY_BYTES, WRITABLE_METHODS, EventType
from localfront.lambda_edge.contract.request_results import Passed, PassedToOrigin
from localfront.profiles import ASSUMPTIONS, PROFILE_2026, Assumptions, Profile


@value(frozen=True, slots=True, kw_only=True)
class ToOrigin:
    """A request after origin-request: without the origin path and the origin's custom headers."""

    request: Request
    origin: Origin
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Triggers:
    """Runs Lambda@Edge and CloudFront Functions. All methods raise EdgeFunctionError."""

    lambdas: Functions
    functions: Functions
    profile: Profile = PROFILE_2026
    assumptions: Assumptions = ASSUMPTIONS
    _lambda_edge: LambdaEdgeRuntime = field(init=False)
    _cloudfront: CloudFrontFunctionsRuntime = field(init=False)

    def __post_init__(self) -> None:
        at_edge = LambdaEdgeRuntime(self.lambdas, self.profile, self.assumptions)
        object.__setattr__(self, "_lambda_edge", at_edge)
        cloudfront = CloudFrontFunctionsRuntime(self.functions, self.profile)
        object.__setattr__(self, "_cloudfront", cloudfront)

    async def viewer_request(self, exchange: Exchange) -> Exchange | Outcome:
        """The request to continue with, or the response that the function generated (LR-008)."""
        at = EventType.VIEWER_REQUEST
        attached = self._at_viewer(exchange, at)
        if attached is None:
            return exchange
        runtime, arn = attached
        event_body, body = None, exchange.body
        if exchange.request.method in WRITABLE_METHODS:
            event_body, body = await _shown_body(exchange, at)
        call = runtime.viewer_request(exchange, event_body)
        result = await _run(runtime.functions, arn, exchange, call)
        if isinstance(result, Response):
            return Outcome(result, runtime.generated, generated=True)
        body = body if result.body is None else result.body
        is_left_alone = result.request is exchange.request and body is exchange.body
        if is_left_alone and result.chosen is None:
            return exchange
        # The facts about the viewer derive from what it sent, not from what a function changed.
        request = replace(result.request, received=exchange.request.headers)
        return replace(exchange, request=request, body=body, chosen=result.chosen)

    async def origin_request(
        self, exchange: Exchange, request: Request, origin: Origin
    ) -> ToOrigin | Response:
        """The request for the origin, without the origin path and the origin's custom headers."""
        at = EventType.ORIGIN_REQUEST
        association = exchange.behavior.function_for(at)
        if association is None:
            return ToOrigin(request=request, origin=origin, body=exchange.body)
        event_body, body = None, exchange.body
        if exchange.request.method in WRITABLE_METHODS:
            event_body, body = await _shown_body(exchange, at)
        invocation = self._lambda_edge.origin_request(exchange, request, origin, event_body)
        result = await _run(self.lambdas, association.lambda_function_arn, exchange, invocation)
        if isinstance(result, Response):
            return result
        body = body if result.body is None else result.body
        return ToOrigin(request=result.request, origin=result.origin, body=body)

    async def origin_response(
        self, exchange: Exchange, sent: ToOrigin, response: Response
    ) -> Response:
        """The response to store. On failure its body is closed."""
        association = exchange.behavior.function_for(EventType.ORIGIN_RESPONSE)
        if association is None:
            return response
        invocation = self._lambda_edge.origin_response(
            exchange, sent.request, sent.origin, response
        )
        arn = association.lambda_function_arn
        return await _instead_of(response, _run(self.lambdas, arn, exchange, invocation))

    async def viewer_response(self, exchange: Exchange, response: Response) -> Response:
        """The response for the viewer. On failure its body is closed."""
        attached = self._at_viewer(exchange, EventType.VIEWER_RESPONSE)
        if attached is None:
            return response
        runtime, arn = attached
        invocation = runtime.viewer_response(exchange, response)
        return await _instead_of(response, _run(runtime.functions, arn, exchange, invocation))

    def _at_viewer(self, exchange: Exchange, at: EventType) -> tuple[EdgeRuntime, str] | None:
        """The function that the behavior associates with an event: its runtime and ARN."""
        for association in exchange.behavior.function_associations:
            if association.event_type == at:
                return self._cloudfront, association.function_arn
        at_edge = exchange.behavior.function_for(at)
        return None if at_edge is None else (self._lambda_edge, at_edge.lambda_function_arn)


async def _run(
    functions: Functions, arn: str, exchange: Exchange, invocation: FunctionCall[Result]
) -> Result:
    """Run a function and read its result, as one step of the trace."""
    event, lines = invocation.event, Lines()
    recorded = {"event": event, "ran": (arn,), "behavior": exchange.behavior, "lines": lines}
    with exchange.trace.step(invocation.at.value, kept=recorded) as step, Collecting(lines):
        try:
            returned = await functions.invoke(arn, event)
            shown_result = (
                returned.as_json() if isinstance(returned, WithOrigin) else {"result": returned}
            )
            step.kept["returned"] = shown_result
            result = _read(functions, invocation, returned)
        except EdgeFunctionError as error:
            step.kept["failed"] = Reason(error.rule, str(error))
            raise
        step.facts["gave"] = _result_text(result)
    return result


def _read(functions: Functions, invocation: FunctionCall[Result], returned: object) -> Result:
    try:
        return invocation.read(returned)
    except EdgeValidationError as error:
        functions.refused(invocation.event, error)
        raise


async def _instead_of(response: Response, running: Awaitable[Response]) -> Response:
    """Replace a response by a function's result; a body that is dropped is closed unread."""
    try:
        result = await running
    except EdgeFunctionError:
        await let_go(response.body)
        raise
    except BaseException:
        await close(response.body)
        raise
    if result.body is not response.body:
        await let_go(response.body)
    return result


def _result_text(result: object) -> str:
    match result:
        case Response(status=status):
            return str(status)
        case Passed(request=request) | PassedToOrigin(request=request):
            return request.uri
        case _:
            return ""


async def _shown_body(exchange: Exchange, at: EventType) -> tuple[ShownBody | None, Body]:
    """The body as the function sees it (LE-030), and the body to continue with."""
    association: LambdaFunctionAssociation | None = exchange.behavior.function_for(at)
    if association is None or not association.include_body:
        return None, exchange.body
    first, body = await beginning(exchange.body, MAX_BODY_BYTES[at] + 1)
    return shown_body(first, event=at), body
