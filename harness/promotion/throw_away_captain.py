"""A temporary captain for the live flows, removed afterwards with all data.

A killed run leaves its captain; the next run removes those that are older than any run can be.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from harness.promotion.account import Account
from harness.promotion.users import Users
from lambdas.sessions import Sessions

PREFIX = "live-"  # followed by twelve hex digits, as no other captain's name is
LEFT_OVER = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowAway:
    user_name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowAwayCaptains:
    """Creates and removes temporary captains in a stack's tables and secrets."""

    account: Account
    sessions_table: str
    logs_table: str
    secret_prefix: str

    @classmethod
    def of(cls, account: Account, outputs: Mapping[str, Any]) -> "ThrowAwayCaptains":
        return cls(
            account=account,
            sessions_table=outputs["sessions_table"],
            logs_table=outputs["logs_table"],
            secret_prefix=outputs["secret_prefix"],
        )

    @contextmanager
    def captain(self) -> Iterator[ThrowAway]:
        """A captain who exists during the block."""
        created = ThrowAway(
            user_name=f"{PREFIX}{secrets.token_hex(6)}", password=secrets.token_urlsafe(24)
        )
        try:
            self.users().add(created.user_name, created.password)
            yield created
        finally:
            self.remove(created.user_name)

    def remove_left_over(self, *, now: datetime | None = None) -> list[str]:
        """Remove the captains of killed runs; returns their names."""
        before = (now or datetime.now(UTC)) - LEFT_OVER
        secretsmanager = self.account.secretsmanager
        pages = secretsmanager.get_paginator("list_secrets").paginate(
            Filters=[{"Key": "name", "Values": [f"{self.secret_prefix}{PREFIX}"]}]
        )
        names = [
            secret["Name"].removeprefix(self.secret_prefix)
            for page in pages
            for secret in page["SecretList"]
            if secret["CreatedDate"] < before
        ]
        left = [name for name in names if is_throw_away(name)]
        for name in left:
            self.remove(name)
        return left

    def remove(self, name: str) -> None:
        """Delete sessions, entries and failed log-ins, and the secret at once instead of in 30 days."""
        self.users().end_sessions(name)
        self.remove_entries(name)
        self.account.dynamodb.delete_item(
            TableName=f"{self.sessions_table.removesuffix('-sessions')}-login-attempts",
            Key={"userName": {"S": name}},
        )
        secretsmanager = self.account.secretsmanager
        try:
            secretsmanager.delete_secret(
                SecretId=f"{self.secret_prefix}{name}", ForceDeleteWithoutRecovery=True
            )
        except secretsmanager.exceptions.ResourceNotFoundException:
            return  # it was never created

    def remove_entries(self, name: str) -> None:
        dynamodb = self.account.dynamodb
        stored = dynamodb.get_paginator("query").paginate(
            TableName=self.logs_table,
            KeyConditionExpression="userName = :name",
            ExpressionAttributeValues={":name": {"S": name}},
            ProjectionExpression="userName, id",
        )
        for page in stored:
            for item in page["Items"]:
                dynamodb.delete_item(TableName=self.logs_table, Key=item)

    def users(self) -> Users:
        return Users(
            secretsmanager=self.account.secretsmanager,
            sessions=Sessions(dynamodb=self.account.dynamodb, table_name=self.sessions_table),
            secret_prefix=self.secret_prefix,
            wait=lambda _seconds: None,
        )


def is_throw_away(name: str) -> bool:
    digits = name.removeprefix(PREFIX)
    return name != digits and len(digits) == 12 and set(digits) <= set("0123456789abcdef")
