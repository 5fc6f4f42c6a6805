"""The sessions table, read to check whether a session is live.

DynamoDB deletes expired items up to days late, so an item may be an expired session: its
`ttl` is compared with the clock at each read. Reads are consistent, so a session is invalid
as soon as a log-out has deleted it.

Source: Amazon DynamoDB Developer Guide, "Using time to live (TTL) in DynamoDB".
"""

import re
from collections.abc import Iterable
from time import monotonic, time
from typing import Any

from dynamodb import DynamoDb
from errors import DynamoDbError
from settings import Settings

# For all reads of one request together. The function may run for 5 seconds, and a
# connection, its TLS handshake and a response each have their own timeout.
BUDGET = 2.0  # seconds
WHOLE_NUMBER = re.compile(r"[0-9]{1,38}")  # DynamoDB's numbers have 38 digits
# The end of the year 9999: no log-in creates such a session. The API has the same limit.
LAST_TTL = 253_402_300_799


class SessionStore:
    """The sessions table; keeps its connection open between requests."""

    def __init__(self, *, budget: float = BUDGET) -> None:
        self._budget = budget
        self._dynamodb: DynamoDb | None = None

    def is_live(self, session_ids: Iterable[str], settings: Settings) -> bool:
        """Whether one of the sessions is live, and all live ones are of one user.

        Raises DynamoDbError if the table cannot be read.
        """
        deadline = monotonic() + self._budget
        users = {
            live_user(self._item(session_id, settings, deadline), now=time())
            for session_id in session_ids
        }
        return len(users - {None}) == 1

    def _item(self, session_id: str, settings: Settings, deadline: float) -> dict[str, Any]:
        parameters = {
            "TableName": settings.table,
            "Key": {"session-id": {"S": session_id}},
            "ConsistentRead": True,
            # `ttl` is one of DynamoDB's reserved words, so it needs a placeholder
            "ProjectionExpression": "#ttl, userName",
            "ExpressionAttributeNames": {"#ttl": "ttl"},
        }
        return self._connected_to(settings).call(
            "GetItem", parameters, settings.credentials, deadline=deadline
        )

    def _connected_to(self, settings: Settings) -> DynamoDb:
        wanted = settings.endpoint, settings.region
        dynamodb = self._dynamodb
        if dynamodb is None or (dynamodb.endpoint, dynamodb.region) != wanted:
            self.close()
            dynamodb = self._dynamodb = DynamoDb(*wanted)
        return dynamodb

    def close(self) -> None:
        if self._dynamodb is not None:
            self._dynamodb.close()
            self._dynamodb = None


def live_user(response: dict[str, Any], *, now: float) -> str | None:
    """The user of a live session in GetItem's output; None if there is none.

    The output is `{}` or `{"Item": {"ttl": {"N": "1795461845"}, "userName": {"S": "picard"}}}`.
    A session ends at the second in `ttl`; `now` is in Unix seconds.

    Raises DynamoDbError if there is an item without a valid `ttl` or user.
    """
    match response:
        case {"Item": {"ttl": {"N": str(ttl)}, "userName": {"S": str(user)}}} if (
            WHOLE_NUMBER.fullmatch(ttl)
        ):
            return user if now < int(ttl) <= LAST_TTL else None
        case {"Item": _}:
            raise DynamoDbError(
                "GetItem returned a session without a whole number as its ttl, or "
                "without a userName."
            )
        case _:
            return None
