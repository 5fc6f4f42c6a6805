"""Which AWS errors are transient, so that a retry may succeed.

Source: DynamoDB Developer Guide, "Error handling with DynamoDB"; Secrets Manager API
Reference, "Common Errors".
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnectedError

_PASSING_CODES = frozenset(
    {
        "InternalServerError",
        "InternalServiceError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
# Reasons inside a TransactionCanceledException have names of their own.
_PASSING_REASONS = frozenset(
    {"ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"}
)


def error_code(error: ClientError) -> str:
    """The error's code, such as `ConditionalCheckFailedException`; empty if it has none."""
    return str(error.response.get("Error", {}).get("Code", ""))


def cancellation_reasons(error: ClientError) -> tuple[str, ...]:
    """Why a transaction was cancelled: a code for each action, `None` if it was not the cause."""
    response: Mapping[str, Any] = error.response
    reasons = response.get("CancellationReasons", ())
    return tuple(str(reason.get("Code", "None")) for reason in reasons)


def is_transient(error: Exception) -> bool:
    """Whether the error is transient: throttled, unavailable, timed out, or not connected."""
    if isinstance(error, NotConnectedError | HTTPClientError):
        return True
    if not isinstance(error, ClientError):
        return False
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return (
        status >= 500
        or error_code(error) in _PASSING_CODES
        or not _PASSING_REASONS.isdisjoint(cancellation_reasons(error))
    )
