"""Calls with the edge function's DynamoDB client."""

from collections.abc import Callable
from time import monotonic

from aws_signature import Credentials
from dynamodb import DynamoDb

from tests.edge.dynamodb_servers import Server

CREDENTIALS = Credentials(
    access_key_id="AKIDEXAMPLE", secret_access_key="hidden-key", session_token="hidden"
)
Client = Callable[..., DynamoDb]


def call(dynamodb: DynamoDb, *, seconds: float = 5, table: str = "sessions") -> dict[str, object]:
    parameters = {"TableName": table}
    deadline = monotonic() + seconds
    return dynamodb.call("GetItem", parameters, CREDENTIALS, deadline=deadline)


def reads_its_own_responses(dynamodb: DynamoDb, server: Server) -> None:
    """Whether the client reads its own response although the server repeats the first one."""
    assert call(dynamodb, table="first") == {"TableName": "first"}
    server.more.set()
    assert server.sent.wait(10)  # from here on the bytes are in the kernel's buffer
    for table in ("second", "third"):
        assert call(dynamodb, table=table) == {"TableName": table}
    assert server.connections == 2
