"""Error responses of S3 and API Gateway.

The reason is in X-Localfront-Reason, for the developer's log; viewers do not get it.

Sources: S3 API Reference, "Error responses"; API Gateway Developer Guide, "Gateway responses".
"""

from __future__ import annotations

from localfront.http_messages.messages import Headers, Response


def access_denied(reason: str) -> Response:
    """S3's response if access is denied."""
    return _from_s3(403, "Forbidden", "AccessDenied", "Access Denied", reason)


def no_such_key(reason: str) -> Response:
    """S3's response for a missing key, to a caller that may list the bucket."""
    message = "The specified key does not exist."
    return _from_s3(404, "Not Found", "NoSuchKey", message, reason)


def precondition_failed(reason: str) -> Response:
    """S3's response if If-Match or If-Unmodified-Since fails."""
    message = "At least one of the pre-conditions you specified did not hold"
    return _from_s3(412, "Precondition Failed", "PreconditionFailed", message, reason)


def unknown_host(reason: str) -> Response:
    """API Gateway's response for a Host that is not an API's."""
    return _from_api_gateway("ForbiddenException", "Forbidden", reason)


def unknown_resource(reason: str) -> Response:
    """A REST API's response for an undefined path."""
    return _from_api_gateway(
        "MissingAuthenticationTokenException", "Missing Authentication Token", reason
    )


def _from_s3(status: int, phrase: str, code: str, message: str, reason: str) -> Response:
    lines = [
        ("Content-Type", "application/xml"),
        ("Server", "AmazonS3"),
        ("X-Localfront-Reason", reason),
    ]
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    )
    return Response(status=status, reason=phrase, headers=Headers.of(lines), body=body.encode())


def _from_api_gateway(kind: str, message: str, reason: str) -> Response:
    lines = [
        ("Content-Type", "application/json"),
        ("x-amzn-ErrorType", kind),
        ("X-Localfront-Reason", reason),
    ]
    return Response(
        status=403,
        reason="Forbidden",
        headers=Headers.of(lines),
        body=f'{{"message":"{message}"}}'.encode(),
    )
