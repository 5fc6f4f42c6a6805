"""Error responses of function URLs and APIs, if the function gives no valid response.

Sources: API Gateway Developer Guide, "Gateway response types for API Gateway", "Troubleshooting HTTP
APIs"; Lambda Developer Guide, "Monitoring Lambda function URLs", "Control access to Lambda function
URLs". Forms that no page documents are those commonly observed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from localfront.errors import EdgeFunctionError, EdgeLimitError, EdgeThrottledError
from localfront.http_messages.messages import Headers, Response

JSON = "application/json"
MAX_BODY = {"url": 6 * 1024 * 1024, "http": 10 * 1024 * 1024, "rest": 10 * 1024 * 1024}  # bytes


@dataclass(frozen=True, slots=True)
class ApiError:
    status: int
    message: str
    error_type: str = ""

    def because(self, reason: str, *, key: str = "message") -> Response:
        """Add a reason for the developer's log; viewers do not get it."""
        lines = [("Content-Type", JSON), ("X-Localfront-Reason", reason)]
        if self.error_type:
            lines.append(("x-amzn-ErrorType", self.error_type))
        body = json.dumps({key: self.message}, separators=(",", ":"))
        return Response(status=self.status, headers=Headers.of(lines), body=body.encode())


FORBIDDEN = ApiError(403, "Forbidden", "ForbiddenException")
URL_FORBIDDEN = ApiError(403, "Forbidden", "AccessDeniedException")
NO_SUCH_RESOURCE = ApiError(
    403, "Missing Authentication Token", "MissingAuthenticationTokenException"
)
NO_SUCH_ROUTE = ApiError(404, "Not Found")
TOO_LARGE = ApiError(413, "Request Entity Too Large")
NOT_SIGNED_RIGHT = ApiError(
    403,
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details.",
    "InvalidSignatureException",
)
NOT_A_FUNCTION = ApiError(500, "Internal server error", "InternalServerErrorException")
# Neither the function's policy nor a role of the integration allows API Gateway to invoke it.
NOT_PERMITTED = {"rest": NOT_A_FUNCTION, "http": ApiError(500, "Internal Server Error")}

# By kind: the function failed, the API's time limit passed, it was throttled.
FAILED = {
    "rest": ApiError(502, "Internal server error", "InternalServerErrorException"),
    "http": ApiError(500, "Internal Server Error"),
    "url": ApiError(502, "Internal Server Error"),
}
TOO_SLOW = {
    "rest": ApiError(504, "Endpoint request timed out", "InternalServerErrorException"),
    "http": ApiError(503, "Service Unavailable"),
    "url": ApiError(504, "Gateway Timeout"),
}
THROTTLED = {
    "rest": ApiError(500, "Internal server error", "InternalServerErrorException"),
    "http": ApiError(503, "Service Unavailable"),
    "url": ApiError(429, "Rate Exceeded.", "TooManyRequestsException"),
}
# Seconds that an API waits for its function; a function URL waits for the function's time-out.
PATIENCE = {"rest": 29.0, "http": 30.0, "url": 900.0}


def failure_of(error: EdgeFunctionError, kind: str, *, of_the_api: bool) -> Response:
    """The response to a failure; `of_the_api`: at the API's time limit, not the function's."""
    if isinstance(error, EdgeThrottledError):
        return THROTTLED[kind].because(str(error))
    timed_out = isinstance(error, EdgeLimitError) and (of_the_api or kind == "url")
    return (TOO_SLOW if timed_out else FAILED)[kind].because(str(error))
