"""What can go wrong, from the outside in.

ApiError                    becomes the answer: a status, a code, words for the caller
├── BadRequestError         400  the request does not say what it must
├── NotSignedInError        401  no session, or one that has ended
├── InvalidCredentialsError 401  unknown user or wrong password: never tell which
├── NotFoundError           404  no such path
├── MethodNotAllowedError   405  the path is there, the method is not (`Allow`)
├── TooLargeError           413  the body is longer than it may be
├── NotJsonError            415  the body is not declared as JSON
├── TooManyAttemptsError    429  guessing; come back later (`Retry-After`)
├── InternalError           500  our fault; the log has the traceback
└── TryLaterError           503  AWS is busy or away; the same request may work soon
ConfigError                 the deployment is wrong: an operator must fix it (seen as 500)

No 403: CloudFront's custom error responses hold for the whole distribution, so a 403
of ours would turn into the HTML error page. Source: cloudfront-behaviours ER-010.
"""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import ClassVar

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class ApiError(Exception):
    """An answer other than success. The message is shown to the caller as it is."""

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
        super().__init__("There is no live session. Log in at /login/ first.")


class InvalidCredentialsError(ApiError):
    status = HTTPStatus.UNAUTHORIZED
    code = "invalid_credentials"

    def __init__(self) -> None:
        super().__init__("User name and password do not match. Check both.")


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
            f"This path answers {allow} only.",
            headers={"Allow": allow},  # RFC 9110, section 15.5.6, demands it
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
        """`retry_after` is in seconds."""
        super().__init__(
            "Too many attempts. Wait, then try again.",
            headers={"Retry-After": str(retry_after)},
        )


class InternalError(ApiError):
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal_error"

    def __init__(self) -> None:
        super().__init__("Something broke on our side. It has been logged.")


class TryLaterError(ApiError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "try_later"

    def __init__(self) -> None:
        super().__init__(
            "The ship's computer is busy. Try again in a moment.",
            headers={"Retry-After": "1"},
        )


class ConfigError(Exception):
    """The message names what is wrong in the deployment, and the fix."""
