"""Sessions: started at log-in, kept in DynamoDB, over when their time is."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from lambdas.clock import from_unix, iso_utc, unix_seconds
from lambdas.errors import NotSignedInError
from lambdas.request_headers import header_values
from lambdas.session_cookie import session_ids

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from lambdas.rest_api import Event


# The last second that ISO 8601 can write with a year of four digits. No log-in makes a
# session of this length, so an item that claims one is not ours; the edge agrees.
LAST_TTL = 253_402_300_799


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is logged in, and until when (`ttl`, Unix seconds). Its id is not part of it."""

    user_name: str
    ttl: int

    def is_live(self, now: datetime) -> bool:
        """DynamoDB deletes expired items days late, so this is the rule, not the table."""
        return unix_seconds(now) < self.ttl <= LAST_TTL

    def to_json(self) -> dict[str, str]:
        return {"userName": self.user_name, "expiresAt": iso_utc(from_unix(self.ttl))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """The sessions table. Ids given to its methods must be well-formed already."""

    dynamodb: DynamoDBClient
    table_name: str

    def start(
        self, user_name: str, *, now: datetime, lifetime: int
    ) -> tuple[str, Session]:
        """A new id, always: one that a visitor brought along is never taken over.

        `lifetime` is in seconds.
        """
        new_id = secrets.token_urlsafe(32)
        created = unix_seconds(now)
        session = Session(user_name=user_name, ttl=created + lifetime)
        self.dynamodb.put_item(
            TableName=self.table_name,
            Item={
                "session-id": {"S": new_id},
                "userName": {"S": user_name},
                "creationTime": {"N": str(created)},
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
        session = Session(user_name=item["userName"]["S"], ttl=int(item["ttl"]["N"]))
        return session if session.is_live(now) else None

    def end(self, session_id: str) -> None:
        self.dynamodb.delete_item(
            TableName=self.table_name, Key={"session-id": {"S": session_id}}
        )


def require_session(event: Event, sessions: Sessions, *, now: datetime) -> Session:
    """The live session of a request; of several, the one that lasts longest.

    Raises NotSignedInError when it has none, or when live ones name different users: no
    browser sends that, and whose log is meant would be a guess.
    """
    presented = session_ids(header_values(event, "cookie"))
    found = [sessions.find(one, now=now) for one in presented]
    live = [session for session in found if session is not None]
    if len({session.user_name for session in live}) != 1:
        raise NotSignedInError
    return max(live, key=lambda session: session.ttl)
