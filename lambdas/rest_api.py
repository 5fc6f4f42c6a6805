"""One path of the API: map methods to endpoints, and errors to responses.

All responses are made here or by `json_response`: JSON, not cacheable, and errors as
`{"error": {"code", "message"}}`.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import (
    NotFoundError as NoRouteError,
)

from lambdas.aws_failures import is_transient
from lambdas.errors import (
    NO_HEADERS,
    ApiError,
    InternalError,
    MethodNotAllowedError,
    NotFoundError,
    TryLaterError,
)
from lambdas.request_headers import header
from lambdas.viewer_address import viewer

Event = Mapping[str, Any]
"""An API Gateway REST proxy event. Parsed where it is read, never passed on."""

ApiResponse = Response[Any]
Endpoint = Callable[[Event], ApiResponse]
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def rest_api(path: str, endpoints: Mapping[str, Endpoint], *, logger: Logger) -> Handler:
    """The Lambda handler of one path. `endpoints` is by method, in upper case."""
    # Off even with POWERTOOLS_DEV: debugging prints the event and returns tracebacks.
    app = APIGatewayRestResolver(debug=False)
    for method, endpoint in endpoints.items():
        app.route(path, method)(_route(app, endpoint))

    def respond_no_route(_: NoRouteError) -> ApiResponse:
        if app.current_event.path.rstrip("/") == path:
            return error_response(MethodNotAllowedError(", ".join(sorted(endpoints))))
        return error_response(NotFoundError())

    def respond_error(error: Exception) -> ApiResponse:
        return error_response(_to_api_error(error, logger))

    app.exception_handler(NoRouteError)(respond_no_route)
    app.exception_handler(Exception)(respond_error)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        response = app.resolve(event, context)
        logger.info(
            "request answered",
            extra={
                "method": event["httpMethod"],
                "path": path,
                "status": response["statusCode"],
                "request_id": context_of(event).get("requestId"),
                "extended_request_id": context_of(event).get("extendedRequestId"),
                "cloudfront_request_id": header(event, "x-amz-cf-id")[:100],
                "viewer": viewer(event),
            },
        )
        return response

    return handler


def context_of(event: Event) -> Mapping[str, Any]:
    return event.get("requestContext") or {}


def json_response(
    status: HTTPStatus, body: object, *, headers: Mapping[str, str] = NO_HEADERS
) -> ApiResponse:
    return Response(
        status_code=status.value,
        content_type="application/json",
        body=body,
        headers={"Cache-Control": "no-store", **headers},
    )


def empty_response(*, headers: Mapping[str, str | list[str]] = NO_HEADERS) -> ApiResponse:
    """A 204 response."""
    return Response(
        status_code=HTTPStatus.NO_CONTENT.value,
        body="",
        headers={"Cache-Control": "no-store", **headers},
    )


def error_response(error: ApiError) -> ApiResponse:
    body = {"error": {"code": error.code, "message": str(error)}}
    return json_response(error.status, body, headers=error.headers)


def _route(app: APIGatewayRestResolver, endpoint: Endpoint) -> Callable[[], ApiResponse]:
    def route() -> ApiResponse:
        return endpoint(app.current_event.raw_event)

    return route


def _to_api_error(error: Exception, logger: Logger) -> ApiError:
    if isinstance(error, ApiError):
        return error
    if is_transient(error):
        logger.warning("dependency unavailable", exc_info=error)
        return TryLaterError()
    logger.error("request failed", exc_info=error)
    return InternalError()
