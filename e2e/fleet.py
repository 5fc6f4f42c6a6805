"""Captains and sessions of a test's own, put straight into the stack's stores.

So each test is independent of the others, and the clock can be set: a session that is
about to end, or one that is over and that DynamoDB has not deleted yet.
"""

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import boto3
from boto3.dynamodb.conditions import Key
from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table
from mypy_boto3_secretsmanager import SecretsManagerClient

from e2e.stack import Stack
from lambdas.log_entries import RANDOM_BYTES, new_entry
from lambdas.log_store import LogStore
from lambdas.passwords import ScryptCost, hash_password

AN_HOUR = 3600  # seconds
PASSWORD = "engage-1701"


@dataclass(frozen=True, slots=True, kw_only=True)
class Captain:
    user_name: str
    password: str = field(repr=False)


PICARD = Captain(user_name="picard", password="makeitso")
KIRK = Captain(user_name="kirk", password="KHAAAN!!!")

# picard's and kirk's passwords, which the harness stores, cost as much to check as in production.
CHEAP = ScryptCost(n=2, r=8, p=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The stores that a Fleet writes to."""

    sessions: Table
    logs: Table
    entries: LogStore
    secret_prefix: str
    secretsmanager: SecretsManagerClient


class Fleet:
    """Creates captains and sessions; `disband` removes them."""

    def __init__(self, stores: Stores) -> None:
        self._sessions = stores.sessions
        self._logs = stores.logs
        self._entries = stores.entries
        self._secret_prefix = stores.secret_prefix
        self._secretsmanager = stores.secretsmanager
        self._captains: list[Captain] = []
        self._session_ids: list[str] = []

    def commission(self) -> Captain:
        """A new captain, used by no other test, with an empty log."""
        captain = Captain(user_name=f"e2e-{secrets.token_hex(6)}", password=PASSWORD)
        self._secretsmanager.create_secret(
            Name=self._secret_prefix + captain.user_name,
            SecretString=hash_password(PASSWORD, cost=CHEAP),
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

    def record(self, captain: Captain, *texts: str) -> None:
        """Write entries in this order, the newest last and recorded now."""
        now = datetime.now(UTC)
        for age, text in enumerate(reversed(texts)):
            recorded_at = now - timedelta(milliseconds=age)
            randomness = secrets.token_bytes(RANDOM_BYTES)
            entry = new_entry(text, recorded_at=recorded_at, randomness=randomness)
            self._entries.add(captain.user_name, entry)

    def texts_of(self, captain: Captain) -> list[str]:
        """The captain's stored entries, newest first."""
        result = self._logs.query(
            KeyConditionExpression=Key("userName").eq(captain.user_name),
            ScanIndexForward=False,
        )
        # Items without a text are the API's marks of keys already used.
        return [str(item["text"]) for item in result["Items"] if "text" in item]

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


def stores_of(stack: Stack) -> Stores:
    aws = boto3.Session(
        aws_access_key_id=stack.aws.access_key_id,
        aws_secret_access_key=stack.aws.secret_access_key,
        region_name=stack.aws.region,
    )
    dynamodb: DynamoDBServiceResource = aws.resource(
        "dynamodb", endpoint_url=stack.aws.endpoint_url
    )
    client = aws.client("dynamodb", endpoint_url=stack.aws.endpoint_url)
    return Stores(
        sessions=dynamodb.Table(stack.sessions_table),
        logs=dynamodb.Table(stack.logs_table),
        entries=LogStore(dynamodb=client, table_name=stack.logs_table),
        secret_prefix=stack.secret_prefix,
        secretsmanager=aws.client("secretsmanager", endpoint_url=stack.aws.endpoint_url),
    )
