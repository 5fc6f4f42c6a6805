"""Sessions, stored in DynamoDB from log-in to expiry.

A session has two lifetimes: it ends after the idle lifetime without use, and in any case after
the absolute one. Use renews it, but not at each request: a write costs as much as five reads.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.aws_failures import error_code
from lambdas.clock import from_unix, iso_utc, unix_seconds
from lambdas.errors import NotSignedInError
from lambdas.request_headers import header_values
from lambdas.session_cookie import session_ids
from lambdas.settings import seconds

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from lambdas.rest_api import Event


# The last second of the year 9999, which ISO 8601 can still express. No log-in creates such a
# session, so an item that claims one is invalid; the edge function has the same limit.
LAST_TTL = 253_402_300_799
BY_USER = "by-user"  # the index of the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """The idle and the absolute lifetime, in seconds."""

    idle: int
    absolute: int

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Lifetimes:
        """Read them. Raises ConfigError naming a missing or malformed variable."""
        return cls(
            idle=seconds(environ, "SESSION_TTL_SECONDS"),
            absolute=seconds(environ, "SESSION_ABSOLUTE_SECONDS"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session: its user and its end, without its id.

    `ttl` is the end of its idle lifetime, `ends_at` of the absolute one, in Unix seconds.
    """

    user_name: str
    ttl: int
    ends_at: int

    def is_live(self, now: datetime) -> bool:
        """Whether it has not expired; DynamoDB deletes expired items up to days later."""
        return unix_seconds(now) < self.ttl <= LAST_TTL

    def renewed(self, now: datetime, lifetimes: Lifetimes) -> Session | None:
        """The renewed session; None while more than half of the idle lifetime is left."""
        seconds_now = unix_seconds(now)
        ttl = min(seconds_now + lifetimes.idle, self.ends_at)
        due = self.ttl - seconds_now <= lifetimes.idle / 2
        return replace(self, ttl=ttl) if due and ttl > self.ttl else None

    def to_json(self) -> dict[str, str]:
        return {
            "userName": self.user_name,
            "expiresAt": iso_utc(from_unix(self.ttl)),
            "endsAt": iso_utc(from_unix(self.ends_at)),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """The sessions table. Its methods require well-formed ids."""

    dynamodb: DynamoDBClient
    table_name: str

    def start(self, user_name: str, *, now: datetime, lifetimes: Lifetimes) -> tuple[str, Session]:
        """Start a session with a new id, never one from the request (session fixation)."""
        new_id = secrets.token_urlsafe(32)
        created = unix_seconds(now)
        ends_at = created + lifetimes.absolute
        session = Session(
            user_name=user_name,
            ttl=min(created + lifetimes.idle, ends_at),
            ends_at=ends_at,
        )
        self.dynamodb.put_item(
            TableName=self.table_name,
            Item={
                "session-id": {"S": new_id},
                "userName": {"S": user_name},
                "creationTime": {"N": str(created)},
                "endsAt": {"N": str(session.ends_at)},
                "ttl": {"N": str(session.ttl)},
            },
        )
        return new_id, session

    def find(self, session_id: str, *, now: datetime) -> Session | None:
        """The session; None if it does not exist or has expired."""
        found = self.dynamodb.get_item(
            TableName=self.table_name,
            Key={"session-id": {"S": session_id}},
            ConsistentRead=True,  # an ended session must be invalid at once
        )
        item = found.get("Item")
        if item is None:
            return None
        ttl = item["ttl"]["N"]
        session = Session(
            user_name=item["userName"]["S"],
            ttl=int(ttl),
            # An item from before absolute lifetimes: it is not renewed.
            ends_at=int(item.get("endsAt", {"N": ttl})["N"]),
        )
        return session if session.is_live(now) else None

    def renew(self, session_id: str, before: Session, after: Session) -> bool:
        """Write the new `ttl`; False if the session was ended or renewed meanwhile.

        Conditional, because an update of a deleted item would undo a log-out.
        """
        try:
            self.dynamodb.update_item(
                TableName=self.table_name,
                Key={"session-id": {"S": session_id}},
                UpdateExpression="SET #ttl = :after",
                ConditionExpression="#ttl = :before",
                ExpressionAttributeNames={"#ttl": "ttl"},
                ExpressionAttributeValues={
                    ":before": {"N": str(before.ttl)},
                    ":after": {"N": str(after.ttl)},
                },
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def ids_of(self, user_name: str) -> Iterator[str]:
        """The ids of all of the user's sessions, from a global secondary index.

        The index is eventually consistent: a session started just now may be missing.
        Source: DynamoDB Developer Guide, "Using Global Secondary Indexes".
        """
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table_name,
            IndexName=BY_USER,
            KeyConditionExpression="userName = :userName",
            ExpressionAttributeValues={":userName": {"S": user_name}},
        )
        for page in pages:
            for item in page["Items"]:
                yield item["session-id"]["S"]

    def end(self, session_id: str) -> None:
        self.dynamodb.delete_item(TableName=self.table_name, Key={"session-id": {"S": session_id}})


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A request's live session and its id."""

    id: str
    session: Session


def require_session(event: Event, sessions: Sessions, *, now: datetime) -> Presented:
    """The request's live session; of several, the one that ends last.

    Raises NotSignedInError if there is none, or if live ones are of different users: no
    browser sends that, and the choice would be a guess.
    """
    live = [
        Presented(id=session_id, session=session)
        for session_id in session_ids(header_values(event, "cookie"))
        if (session := sessions.find(session_id, now=now)) is not None
    ]
    if len({presented.session.user_name for presented in live}) != 1:
        raise NotSignedInError
    return max(live, key=lambda presented: presented.session.ttl)
