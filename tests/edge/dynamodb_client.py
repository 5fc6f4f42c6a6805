"""The edge function's DynamoDB client, as the tests use it."""

from collections.abc import Callable
from time import monotonic

from aws_signature import Credentials
from dynamodb import DynamoDb

CREDENTIALS = Credentials(
    access_key_id="AKIDEXAMPLE", secret_access_key="hidden-key", session_token="hidden"
)
Client = Callable[..., DynamoDb]


def call(dynamodb: DynamoDb, *, seconds: float = 5, table: str = "sessions") -> dict[str, object]:
    parameters = {"TableName": table}
    deadline = monotonic() + seconds
    return dynamodb.call("GetItem", parameters, CREDENTIALS, deadline=deadline)
