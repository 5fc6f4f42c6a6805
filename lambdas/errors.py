"""The API's errors.

ApiError                    becomes the response: a status, a code, a message for the caller
├── BadRequestError         400  a missing or invalid field or parameter
├── NotSignedInError        401  no session, or one that has ended
├── InvalidCredentialsError 401  unknown user or wrong password: never say which
├── NotFoundError           404  no such path
├── MethodNotAllowedError   405  the path exists, but not this method (`Allow`)
├── TooLargeError           413  the body is too long
├── NotJsonError            415  the body is not declared as JSON
├── TooManyAttemptsError    429  too many log-ins; retry later (`Retry-After`)
├── InternalError           500  our fault; the log has the traceback
└── TryLaterError           503  AWS is busy or unavailable; a retry may succeed
ConfigError                 the deployment is wrong: an operator must fix it (seen as 500)

No 403: CloudFront's custom error responses apply to the whole distribution, so the
API's 403 would become the HTML error page. Source: cloudfront-behaviours ER-010.
"""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import ClassVar

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class ApiError(Exception):
    """An error response. The message is shown to the caller unchanged."""

    status: ClassVar[HTTPStatus]
    code: ClassVar[str]

    def __init__(self, message: str, *, headers: Mapping[str, str] = NO_HEADERS):
        super().__init__(message)
        self.headers = headers


class BadRequestError(ApiError):
    status = HTTPStatus.BAD_REQUEST
    code = "bad_request"


class NotSignedInError(ApiError):
    status = HTTPStatus.UNAUTHORIZED
    code = "not_signed_in"

    def __init__(self) -> None:
        super().__init__("There is no valid session. Log in at /login/ first.")


class InvalidCredentialsError(ApiError):
    status = HTTPStatus.UNAUTHORIZED
    code = "invalid_credentials"

    def __init__(self) -> None:
        super().__init__("The user name or the password is wrong. Check both.")


class NotFoundError(ApiError):
    status = HTTPStatus.NOT_FOUND
    code = "not_found"

    def __init__(self) -> None:
        super().__init__("The API has nothing at this path.")


class MethodNotAllowedError(ApiError):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = "method_not_allowed"

    def __init__(self, allow: str) -> None:
        super().__init__(
            f"This path only accepts {allow}.",
            headers={"Allow": allow},  # required by RFC 9110, section 15.5.6
        )


class TooLargeError(ApiError):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


class NotJsonError(ApiError):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "not_json"

    def __init__(self) -> None:
        super().__init__("Send the body as JSON, with Content-Type: application/json.")


class TooManyAttemptsError(ApiError):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_attempts"

    def __init__(self, *, retry_after: int) -> None:
        """An error for rate limits; `retry_after` is in seconds."""
        super().__init__(
            "Too many attempts. Wait, then try again.",
            headers={"Retry-After": str(retry_after)},
        )


class InternalError(ApiError):
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal_error"

    def __init__(self) -> None:
        super().__init__("Something went wrong on our side. It has been logged.")


class TryLaterError(ApiError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "try_later"

    def __init__(self) -> None:
        super().__init__(
            "The ship's computer is busy. Try again in a moment.",
            headers={"Retry-After": "1"},
        )


class ConfigError(Exception):
    """A deployment error; the message names the fault and the fix."""
