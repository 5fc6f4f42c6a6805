"""The two kinds of edge functions behind one protocol: build the event, read the result.

Source: CloudFront Developer Guide, "Choose between CloudFront Functions and Lambda@Edge".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from localfront.cloudfront_functions import event_object, function_results
from localfront.cloudfront_functions.origin_steps import WithOrigin, origin_choice
from localfront.config.distribution import Origin
from localfront.errors import EdgeValidationError
from localfront.exchange.exchange import Exchange
from localfront.exchange.outcome import FUNCTION_GENERATED, GENERATED
from localfront.http_messages.messages import Headers, Request, Response
from localfront.http_messages.values import value
from localfront.lambda_edge.contract import events, request_results, response_results
from localfront.lambda_edge.contract.body_field import ShownBody
from localfront.lambda_edge.contract.events import EventConfig
from localfront.lambda_edge.contract.limits import EventType
from localfront.lambda_edge.contract.request_results import Passed, PassedToOrigin
from localfront.profiles import ASSUMPTIONS, PROFILE_2026, Assumptions, Profile
from localfront.viewers.cloudfront_headers import cloudfront_headers

Result = TypeVar("Result", covariant=True)


class Functions(Protocol):
    async def invoke(self, arn: str, event: Mapping[str, Any]) -> object:
        """Invoke a function and return its result. Raises EdgeFunctionError when there is none."""

    def refused(self, event: Mapping[str, Any], error: EdgeValidationError) -> None:
        """Write to the function's log that CloudFront rejects its result (LL-003)."""


@value(frozen=True, slots=True)
class FunctionCall(Generic[Result]):
    """An event, and the reader of a function's result for it (raises EdgeValidationError)."""

    at: EventType
    event: Mapping[str, Any]
    read: Callable[[object], Result]


class EdgeRuntime(Protocol):
    """A runtime for the two viewer events. `generated` is the X-Cache of responses it generates."""

    @property
    def functions(self) -> Functions: ...

    @property
    def generated(self) -> str: ...

    def viewer_request(
        self, exchange: Exchange, body: ShownBody | None
    ) -> FunctionCall[Passed | Response]: ...

    def viewer_response(self, exchange: Exchange, response: Response) -> FunctionCall[Response]: ...


@value(frozen=True, slots=True)
class LambdaEdgeRuntime:
    """Lambda@Edge, for all four events."""

    functions: Functions
    profile: Profile = PROFILE_2026
    assumptions: Assumptions = ASSUMPTIONS
    generated: str = GENERATED

    def viewer_request(
        self, exchange: Exchange, body: ShownBody | None
    ) -> FunctionCall[Passed | Response]:
        request = exchange.request
        event = events.viewer_request_event(request, config=_config(exchange), body=body)
        read = request_results.read_viewer_request_result
        return FunctionCall(
            EventType.VIEWER_REQUEST,
            event,
            partial(
                read, event, request=request, profile=self.profile, assumptions=self.assumptions
            ),
        )

    def origin_request(
        self, exchange: Exchange, request: Request, origin: Origin, body: ShownBody | None
    ) -> FunctionCall[PassedToOrigin | Response]:
        event = events.origin_request_event(request, origin, config=_config(exchange), body=body)
        read = request_results.read_origin_request_result
        return FunctionCall(
            EventType.ORIGIN_REQUEST,
            event,
            partial(
                read,
                event,
                request=request,
                origin=origin,
                profile=self.profile,
                assumptions=self.assumptions,
            ),
        )

    def origin_response(
        self, exchange: Exchange, request: Request, origin: Origin, response: Response
    ) -> FunctionCall[Response]:
        config = _config(exchange)
        event = events.origin_response_event(request, origin, response, config=config)
        read = response_results.read_origin_response_result
        return FunctionCall(
            EventType.ORIGIN_RESPONSE,
            event,
            partial(
                read, event, response=response, profile=self.profile, assumptions=self.assumptions
            ),
        )

    def viewer_response(self, exchange: Exchange, response: Response) -> FunctionCall[Response]:
        config = _config(exchange)
        event = events.viewer_response_event(exchange.request, response, config=config)
        read = response_results.read_viewer_response_result
        return FunctionCall(
            EventType.VIEWER_RESPONSE,
            event,
            partial(
                read, event, response=response, profile=self.profile, assumptions=self.assumptions
            ),
        )


@value(frozen=True, slots=True)
class CloudFrontFunctionsRuntime:
    """CloudFront Functions, for the two viewer events, without bodies."""

    functions: Functions
    profile: Profile = PROFILE_2026
    generated: str = FUNCTION_GENERATED  # FN-014

    def viewer_request(
        self, exchange: Exchange, body: ShownBody | None = None
    ) -> FunctionCall[Passed | Response]:
        added = cloudfront_headers(exchange.request, exchange.behavior.forwards.cloudfront_headers)
        request = exchange.request
        if added:  # FN-024
            request = request.with_headers(Headers.of((*request.headers, *added)))
        event = event_object.viewer_request_event(request, config=_config(exchange))

        def read(returned: object) -> Passed | Response:
            steps = returned.steps if isinstance(returned, WithOrigin) else ()
            event_request = returned.returned if isinstance(returned, WithOrigin) else returned
            result = function_results.read_viewer_request_result(
                event, event_request, request, profile=self.profile
            )
            if isinstance(result, Response):
                return result
            chosen = steps and origin_choice(
                steps, exchange.behavior.target_origin_id, exchange.distribution, result.headers
            )
            return Passed(request=result, chosen=chosen or None)

        return FunctionCall(EventType.VIEWER_REQUEST, event, read)

    def viewer_response(self, exchange: Exchange, response: Response) -> FunctionCall[Response]:
        config = _config(exchange)
        event = event_object.viewer_response_event(exchange.request, response, config=config)
        read = function_results.read_viewer_response_result
        return FunctionCall(
            EventType.VIEWER_RESPONSE,
            event,
            partial(read, event, response=response, profile=self.profile),
        )


def _config(exchange: Exchange) -> EventConfig:
    return EventConfig(
        distribution_domain_name=exchange.distribution.domain_name,
        distribution_id=exchange.distribution.id,
        request_id=exchange.trace.request_id,
    )
