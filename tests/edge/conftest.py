"""A real enough DynamoDB (moto's) with a table of sessions, and the environment
that Lambda gives to the edge function.
"""

import secrets
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from time import time
from typing import TYPE_CHECKING, Protocol

import boto3
import pytest
import viewer_request
from dynamodb import DynamoDb
from settings import Endpoint

from tests.edge.dynamodb_client import Client
from tests.edge.dynamodb_servers import After, Respond, Server, moto_dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "my-serverless-website-sessions"
FUNCTION = "us-east-1.my-serverless-website-edge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """The table of sessions, as the API fills it."""

    client: "DynamoDBClient"
    endpoint: str

    def add(self, *, lifetime: int, session_id: str | None = None, user: str = "picard") -> str:
        """Add a session that ends in `lifetime` seconds; a negative one has ended."""
        session_id = session_id or secrets.token_urlsafe(32)
        now = int(time())
        self.client.put_item(
            TableName=TABLE,
            Item={
                "session-id": {"S": session_id},
                "userName": {"S": user},
                "creationTime": {"N": str(now)},
                "ttl": {"N": str(now + lifetime)},
            },
        )
        return session_id

    def delete(self, session_id: str) -> None:
        self.client.delete_item(TableName=TABLE, Key={"session-id": {"S": session_id}})


@pytest.fixture(scope="session")
def sessions() -> Iterator[Sessions]:
    server = Server(moto_dynamodb)
    endpoint = f"http://{server.host}"
    client = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "session-id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "session-id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    yield Sessions(client=client, endpoint=endpoint)
    client.close()
    server.stop()


@pytest.fixture
def lambda_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The variables that Lambda sets; the function's connection is closed afterwards."""
    for name, value in {
        "AWS_LAMBDA_FUNCTION_NAME": FUNCTION,
        "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "not-a-secret-key",
        "AWS_SESSION_TOKEN": "not-a-token",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
        monkeypatch.delenv(name, raising=False)
    yield
    viewer_request.store.close()


@pytest.fixture
def at_the_edge(
    lambda_environment: None, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> Sessions:
    """The edge function's environment, with a reachable sessions table."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", sessions.endpoint)
    return sessions


class StartServer(Protocol):
    def __call__(
        self,
        respond: Respond,
        *,
        after: After = "keep",
        tls: ssl.SSLContext | None = None,
    ) -> Server: ...


@pytest.fixture
def start_server() -> Iterator[StartServer]:
    """Start servers with given responses; all are stopped afterwards."""
    started: list[Server] = []

    def start(
        respond: Respond,
        *,
        after: After = "keep",
        tls: ssl.SSLContext | None = None,
    ) -> Server:
        started.append(Server(respond, after=after, tls=tls))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def client() -> Iterator[Client]:
    made: list[DynamoDb] = []

    def make(host: str, *, tls: ssl.SSLContext | None = None, secure: bool) -> DynamoDb:
        endpoint = Endpoint(secure=secure, host=host)
        made.append(
            DynamoDb(endpoint, "us-east-1", tls=tls)
            if tls is not None
            else DynamoDb(endpoint, "us-east-1")
        )
        return made[-1]

    yield make
    for one in made:
        one.close()
