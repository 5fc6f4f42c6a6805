"""Rate limits for log-ins: five attempts per user in fifteen minutes.

And, if the address is known, a hundred failures per address in fifteen minutes, against one
password tried with many names. An office behind one address stays below that.

The counts are in DynamoDB, shared by all execution environments. An attempt is counted
*before* the password is checked, by one conditional update: of any number of concurrent
guesses, five get through. Success clears the count. Unknown users are counted like known
ones, or a lockout would reveal which names exist.

The price: anybody who knows a name can lock its owner out for the rest of the window.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.aws_failures import error_code
from lambdas.clock import unix_seconds
from lambdas.errors import TooManyAttemptsError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LIMIT = 5  # attempts in a window, until one succeeds
ADDRESS_LIMIT = 100  # attempts in a window that did not succeed
_ADDRESS = "address/"  # no user name has a slash
WINDOW = 15 * 60  # seconds, from the first attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """The result of a conditional update. `ttl` is the end of the window that prevented it."""

    done: bool
    ttl: int = 0  # Unix seconds; 0 without a window


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginAttempts:
    """The login attempts table."""

    dynamodb: DynamoDBClient
    table_name: str

    def count_address(self, network: str, *, now: datetime) -> None:
        """Count one attempt from a network. Raises TooManyAttemptsError."""
        self.count(f"{_ADDRESS}{network}", now=now, limit=ADDRESS_LIMIT)

    def uncount_address(self, network: str) -> None:
        """Uncount a successful attempt. The count stays: one success must not hide many failures."""
        self._update(
            f"{_ADDRESS}{network}",
            change="SET failures = failures - :one",
            condition="failures > :none AND attribute_exists(#ttl)",
            values={":one": 1, ":none": 0},
        )

    def count(self, user_name: str, *, now: datetime, limit: int = LIMIT) -> None:
        """Count one attempt. Raises TooManyAttemptsError above the limit."""
        seconds = unix_seconds(now)
        counted = self._count_in_window(user_name, now=seconds, limit=limit)
        if not counted.done and counted.ttl <= seconds:
            if self._open_window(user_name, now=seconds).done:
                return
            # Another request opened it between our two updates.
            counted = self._count_in_window(user_name, now=seconds, limit=limit)
        if not counted.done:
            raise TooManyAttemptsError(retry_after=max(1, counted.ttl - seconds))

    def clear(self, user_name: str) -> None:
        self.dynamodb.delete_item(TableName=self.table_name, Key={"userName": {"S": user_name}})

    def _count_in_window(self, user_name: str, *, now: int, limit: int) -> _Outcome:
        """Increment the count of an open window that has attempts left."""
        return self._update(
            user_name,
            change="SET failures = failures + :one",
            condition="#ttl > :now AND failures < :limit",
            values={":one": 1, ":now": now, ":limit": limit},
        )

    def _open_window(self, user_name: str, *, now: int) -> _Outcome:
        """Start a window if there is none, or an expired one that DynamoDB has not deleted yet."""
        return self._update(
            user_name,
            change="SET failures = :one, #ttl = :end",
            condition="attribute_not_exists(userName) OR #ttl <= :now",
            values={":one": 1, ":now": now, ":end": now + WINDOW},
        )

    def _update(
        self, user_name: str, *, change: str, condition: str, values: dict[str, int]
    ) -> _Outcome:
        try:
            self.dynamodb.update_item(
                TableName=self.table_name,
                Key={"userName": {"S": user_name}},
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeNames={"#ttl": "ttl"},  # a reserved word
                ExpressionAttributeValues={
                    name: {"N": str(value)} for name, value in values.items()
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            in_the_way: Mapping[str, Any] = error.response
            ttl = in_the_way.get("Item", {}).get("ttl", {"N": "0"})
            return _Outcome(done=False, ttl=int(ttl["N"]))
        return _Outcome(done=True)
