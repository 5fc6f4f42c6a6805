"""Captains and sessions of a test's own, put straight into the stack's stores.

So each test is independent of the others, and the clock can be set: a session that is
about to end, or one that is over and that DynamoDB has not deleted yet.
"""

import functools
import secrets
import time
from dataclasses import dataclass, field
from typing import TypedDict

import boto3
from boto3.dynamodb.conditions import Key
from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table
from mypy_boto3_secretsmanager import SecretsManagerClient

from e2e.stack import Stack
from lambdas.passwords import hash_password

AN_HOUR = 3600  # seconds
PASSWORD = "engage-1701"


@dataclass(frozen=True, slots=True, kw_only=True)
class Captain:
    user_name: str
    password: str = field(repr=False)


PICARD = Captain(user_name="picard", password="makeitso")
KIRK = Captain(user_name="kirk", password="KHAAAN!!!")


@functools.cache
def _stored_password() -> str:
    return hash_password(PASSWORD)  # slow on purpose, so once for all captains


class Fleet:
    """Creates captains and sessions; `disband` removes them."""

    def __init__(
        self,
        *,
        sessions: Table,
        logs: Table,
        secret_prefix: str,
        secretsmanager: SecretsManagerClient,
    ) -> None:
        self._sessions = sessions
        self._logs = logs
        self._secret_prefix = secret_prefix
        self._secretsmanager = secretsmanager
        self._captains: list[Captain] = []
        self._session_ids: list[str] = []

    def commission(self) -> Captain:
        """A new captain, used by no other test, with an empty log."""
        captain = Captain(user_name=f"e2e-{secrets.token_hex(6)}", password=PASSWORD)
        self._secretsmanager.create_secret(
            Name=self._secret_prefix + captain.user_name,
            SecretString=_stored_password(),
        )
        self._captains.append(captain)
        return captain

    def open_session(
        self,
        captain: Captain,
        *,
        lasts_seconds: int = AN_HOUR,
        ends_in_seconds: int | None = None,
    ) -> str:
        """The session's id. Negative: it is over, and DynamoDB has not deleted it.

        Being used prolongs it where it `ends_in_seconds` later than it lasts.
        """
        session_id = secrets.token_urlsafe(32)
        now = int(time.time())
        self._sessions.put_item(
            Item={
                "session-id": session_id,
                "userName": captain.user_name,
                "creationTime": now,
                "ttl": now + lasts_seconds,
                "endsAt": now + (ends_in_seconds or lasts_seconds),
            }
        )
        self._session_ids.append(session_id)
        return session_id

    def end_session(self, session_id: str) -> None:
        """Set its expiry to the past; the item stays, as DynamoDB deletes it late."""
        self.leave(session_id, seconds=-1)

    def leave(self, session_id: str, *, seconds: int) -> None:
        """Set the session's remaining time."""
        self._sessions.update_item(
            Key={"session-id": session_id},
            UpdateExpression="SET #ttl = :ttl",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues={":ttl": int(time.time()) + seconds},
        )

    def texts_of(self, captain: Captain) -> list[str]:
        """The captain's stored entries, newest first."""
        answer = self._logs.query(
            KeyConditionExpression=Key("userName").eq(captain.user_name),
            ScanIndexForward=False,
        )
        # Items without a text are the API's marks of keys already used.
        return [str(item["text"]) for item in answer["Items"] if "text" in item]

    def disband(self) -> None:
        for session_id in self._session_ids:
            self._sessions.delete_item(Key={"session-id": session_id})
        for captain in self._captains:
            self._secretsmanager.delete_secret(
                SecretId=self._secret_prefix + captain.user_name,
                ForceDeleteWithoutRecovery=True,
            )
            self._delete_entries(captain)

    def _delete_entries(self, captain: Captain) -> None:
        stored = self._logs.query(KeyConditionExpression=Key("userName").eq(captain.user_name))
        with self._logs.batch_writer() as batch:
            for item in stored["Items"]:
                batch.delete_item(Key={"userName": item["userName"], "id": item["id"]})


class Stores(TypedDict):
    """The stores that a Fleet writes to."""

    sessions: Table
    logs: Table
    secret_prefix: str
    secretsmanager: SecretsManagerClient


def stores_of(stack: Stack) -> Stores:
    aws = boto3.Session(
        aws_access_key_id=stack.aws.access_key_id,
        aws_secret_access_key=stack.aws.secret_access_key,
        region_name=stack.aws.region,
    )
    dynamodb: DynamoDBServiceResource = aws.resource(
        "dynamodb", endpoint_url=stack.aws.endpoint_url
    )
    return Stores(
        sessions=dynamodb.Table(stack.sessions_table),
        logs=dynamodb.Table(stack.logs_table),
        secret_prefix=stack.secret_prefix,
        secretsmanager=aws.client("secretsmanager", endpoint_url=stack.aws.endpoint_url),
    )
