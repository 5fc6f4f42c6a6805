"""The logs table: captains' entries, and idempotency markers.

A marker has the hash key `<userName>/requests`, which cannot be a user name, and the
Idempotency-Key as its range key. It names the entry that the request wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.aws_failures import cancellation_reasons, error_code
from lambdas.clock import unix_seconds
from lambdas.log_entries import LogEntry, entry_item, parse_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

MARKER_LIFETIME = 24 * 60 * 60  # seconds in which a key is recognised
BEYOND_ALL_IDS = "g"  # ids are hexadecimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of entries, newest first; `last_id` starts the next page, None if it is the last."""

    entries: tuple[LogEntry, ...]
    last_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStore:
    dynamodb: DynamoDBClient
    table_name: str

    def page(self, user_name: str, *, limit: int, after: str | None) -> Page:
        """Up to `limit` entries older than the one with the id `after`."""
        found = self.dynamodb.query(
            TableName=self.table_name,
            KeyConditionExpression="userName = :userName AND id < :after",
            ExpressionAttributeValues={
                ":userName": {"S": user_name},
                ":after": {"S": BEYOND_ALL_IDS if after is None else after},
            },
            ScanIndexForward=False,
            # One extra entry shows whether there is a next page. 101 entries of
            # 2000 characters are less than the 1 MB that one query returns.
            Limit=limit + 1,
        )
        entries = tuple(parse_item(item) for item in found["Items"])
        returned = entries[:limit]
        return Page(entries=returned, last_id=returned[-1].id if len(entries) > limit else None)

    def add(self, user_name: str, entry: LogEntry) -> LogEntry:
        """Write the entry unless it exists: a retry changes nothing."""
        try:
            self.dynamodb.put_item(
                TableName=self.table_name,
                Item=entry_item(user_name, entry),
                ConditionExpression="attribute_not_exists(id)",
            )
        except ClientError as error:
            # Every request has a new id, so this entry is from our own first attempt,
            # whose response was lost.
            if error_code(error) != "ConditionalCheckFailedException":
                raise
        return entry

    def add_once(self, user_name: str, entry: LogEntry, *, key: str, now: datetime) -> LogEntry:
        """Write the entry, or return the one already written with this idempotency key."""
        seconds = unix_seconds(now)
        try:
            self._write_with_marker(user_name, entry, key=key, now=seconds)
        except ClientError as error:
            if "ConditionalCheckFailed" not in cancellation_reasons(error):
                raise
            return self._first_entry(user_name, key)
        return entry

    def _write_with_marker(self, user_name: str, entry: LogEntry, *, key: str, now: int) -> None:
        marker: dict[str, AttributeValueTypeDef] = {
            **_key(f"{user_name}/requests", key),
            "entryId": {"S": entry.id},
            "ttl": {"N": str(now + MARKER_LIFETIME)},
        }
        self.dynamodb.transact_write_items(
            TransactItems=[
                {
                    "Put": {
                        "TableName": self.table_name,
                        "Item": entry_item(user_name, entry),
                        "ConditionExpression": "attribute_not_exists(id)",
                    }
                },
                {
                    "Put": {
                        "TableName": self.table_name,
                        "Item": marker,
                        "ConditionExpression": ("attribute_not_exists(id) OR #ttl <= :now"),
                        "ExpressionAttributeNames": {"#ttl": "ttl"},
                        "ExpressionAttributeValues": {":now": {"N": str(now)}},
                    }
                },
            ]
        )

    def _first_entry(self, user_name: str, key: str) -> LogEntry:
        marker = self._item(f"{user_name}/requests", key)
        return parse_item(self._item(user_name, marker["entryId"]["S"]))

    def _item(self, user_name: str, range_key: str) -> dict[str, AttributeValueTypeDef]:
        found = self.dynamodb.get_item(
            TableName=self.table_name,
            Key=_key(user_name, range_key),
            ConsistentRead=True,
        )
        return found["Item"]


def _key(user_name: str, range_key: str) -> dict[str, AttributeValueTypeDef]:
    return {"userName": {"S": user_name}, "id": {"S": range_key}}
