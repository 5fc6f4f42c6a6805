"""Sessions: started at log-in, kept in DynamoDB, over when their time is.

A session has two lifetimes. It ends when nobody used it for the idle one, and whatever
happens at the end of the absolute one. What uses it renews it, though not at each request:
a write costs as much as five reads.
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


# The last second that ISO 8601 can write with a year of four digits. No log-in makes a
# session of this length, so an item that claims one is not ours; the edge agrees.
LAST_TTL = 253_402_300_799
BY_USER = "by-user"  # the index of the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """In seconds: without use, and at all."""

    idle: int
    absolute: int

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Lifetimes:
        """Raises ConfigError naming the variable that is missing or malformed."""
        return cls(
            idle=seconds(environ, "SESSION_TTL_SECONDS"),
            absolute=seconds(environ, "SESSION_ABSOLUTE_SECONDS"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is logged in, and until when. Its id is not part of it.

    `ttl` is when it ends if nobody uses it, `ends_at` when it ends at all: Unix seconds.
    """

    user_name: str
    ttl: int
    ends_at: int

    def is_live(self, now: datetime) -> bool:
        """DynamoDB deletes expired items days late, so this is the rule, not the table."""
        return unix_seconds(now) < self.ttl <= LAST_TTL

    def renewed(self, now: datetime, lifetimes: Lifetimes) -> Session | None:
        """The session as it is after this use; None while more than half is left."""
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
    """The sessions table. Ids given to its methods must be well-formed already."""

    dynamodb: DynamoDBClient
    table_name: str

    def start(self, user_name: str, *, now: datetime, lifetimes: Lifetimes) -> tuple[str, Session]:
        """A new id, always: one that a visitor brought along is never taken over."""
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
        """The session, unless it never was, was ended, or has expired."""
        found = self.dynamodb.get_item(
            TableName=self.table_name,
            Key={"session-id": {"S": session_id}},
            ConsistentRead=True,  # an ended session must be worthless at once
        )
        item = found.get("Item")
        if item is None:
            return None
        ttl = item["ttl"]["N"]
        session = Session(
            user_name=item["userName"]["S"],
            ttl=int(ttl),
            # An item of before there was an absolute end: it is not renewed.
            ends_at=int(item.get("endsAt", {"N": ttl})["N"]),
        )
        return session if session.is_live(now) else None

    def renew(self, session_id: str, before: Session, after: Session) -> bool:
        """Write the new `ttl`; False where the session was ended or renewed meanwhile.

        Conditional, because an update of a deleted item would bring a log-out back.
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
        """The ids of all of the user's sessions, from an index.

        An index follows its table within a moment, so one that began just now may be
        missing. Source: DynamoDB Developer Guide, "Using Global Secondary Indexes".
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
    """The live session that a request came with, and its id."""

    id: str
    session: Session


def require_session(event: Event, sessions: Sessions, *, now: datetime) -> Presented:
    """The live session of a request; of several, the one that lasts longest.

    Raises NotSignedInError when it has none, or when live ones name different users: no
    browser sends that, and whose log is meant would be a guess.
    """
    live = [
        Presented(id=one, session=session)
        for one in session_ids(header_values(event, "cookie"))
        if (session := sessions.find(one, now=now)) is not None
    ]
    if len({presented.session.user_name for presented in live}) != 1:
        raise NotSignedInError
    return max(live, key=lambda presented: presented.session.ttl)
