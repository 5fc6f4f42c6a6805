"""The API for tests: send requests, get responses, set the time."""

import functools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from mypy_boto3_dynamodb import DynamoDBClient
from mypy_boto3_secretsmanager import SecretsManagerClient

from lambdas import login, logout, logs, session
from lambdas.passwords import ScryptCost, hash_password
from lambdas.rest_api import Handler
from tests.lambdas.proxy_events import proxy_event

CHEAP = ScryptCost(n=2, r=1, p=1)
ENVIRONMENT = {
    "SESSIONS_TABLE": "site-sessions",
    "LOGS_TABLE": "site-logs",
    "LOGIN_ATTEMPTS_TABLE": "site-login-attempts",
    "SECRET_PREFIX": "site/captains/",
    "SESSION_TTL_SECONDS": "60",
    "SESSION_ABSOLUTE_SECONDS": "60",
}
REGION = "us-east-1"
DEMO = "makeitso"  # the demonstration password of picard
# Not a whole second, so that wrong rounding shows.
NOON = datetime(2026, 11, 23, 12, 0, 0, 900_000, tzinfo=UTC)


@functools.cache
def clients() -> tuple[DynamoDBClient, SecretsManagerClient]:
    """Created once: loading the service models takes longer than most tests."""
    session = boto3.Session("test", "test", region_name=REGION)
    return session.client("dynamodb"), session.client("secretsmanager")


def create_tables(dynamodb: DynamoDBClient) -> None:
    for name, *keys in (
        ("site-logs", "userName", "id"),
        ("site-login-attempts", "userName"),
    ):
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=[
                {"AttributeName": key, "KeyType": "RANGE" if depth else "HASH"}
                for depth, key in enumerate(keys)
            ],
            BillingMode="PAY_PER_REQUEST",
        )
    create_sessions_table(dynamodb)


def create_sessions_table(dynamodb: DynamoDBClient) -> None:
    dynamodb.create_table(
        TableName="site-sessions",
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "S"} for key in ("session-id", "userName")
        ],
        KeySchema=[{"AttributeName": "session-id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-user",
                "KeySchema": [{"AttributeName": "userName", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )


@dataclass
class ShipClock:
    """A clock that only tests move."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class ReadResponse:
    status: int
    headers: dict[str, str]
    body: str
    cookies: tuple[str, ...] = ()  # all lines of Set-Cookie

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error_code(self) -> str:
        """The code of an error response. Raises KeyError for another format."""
        assert set(self.json) == {"error"}
        assert set(self.json["error"]) == {"code", "message"}
        return str(self.json["error"]["code"])

    @property
    def cookie(self) -> str:
        """`__Host-session-id=...`, as a browser sends it back."""
        return self.headers["Set-Cookie"].partition(";")[0]


@dataclass
class Ship:
    dynamodb: DynamoDBClient
    secretsmanager: SecretsManagerClient
    clock: ShipClock = field(default_factory=ShipClock)
    _handlers: dict[str, Handler] = field(default_factory=dict)

    def enlist(self, user_name: str, password: str) -> None:
        """Create a captain, as the harness or an operator does."""
        self.secretsmanager.create_secret(
            Name=f"site/captains/{user_name}",
            SecretString=hash_password(password, cost=CHEAP),
        )

    def board(self, user_name: str = "picard", password: str = DEMO) -> str:
        """Create a captain and log in; returns the session's cookie."""
        self.enlist(user_name, password)
        return self.log_in(user_name, password).cookie

    def log_in(self, user_name: object, password: object, **more: Any) -> ReadResponse:
        body = json.dumps({"username": user_name, "password": password})
        return self.ask("POST", "/api/login", body=body, **more)

    def ask(self, method: str, path: str, **more: Any) -> ReadResponse:
        """Send a request to the function for the path; see proxy_event."""
        if not self._handlers:
            self._handlers = self._build()
        event = proxy_event(method, path, **more)
        return read_response(self._handlers[path](event, None))

    def new_instance(self) -> None:
        """Clear everything that a Lambda execution environment keeps in memory."""
        self._handlers = {}

    def items(self, table: str) -> list[dict[str, Any]]:
        found = self.dynamodb.scan(TableName=f"site-{table}")["Items"]
        return [
            {name: next(iter(value.values())) for name, value in item.items()} for item in found
        ]

    def set_ttl(self, cookie: str, ttl: str) -> None:
        self.dynamodb.update_item(
            TableName="site-sessions",
            Key={"session-id": {"S": cookie.partition("=")[2]}},
            UpdateExpression="SET #ttl = :ttl",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues={":ttl": {"N": ttl}},
        )

    def _build(self) -> dict[str, Handler]:
        return {
            "/api/login": login.build(
                ENVIRONMENT,
                dynamodb=self.dynamodb,
                secretsmanager=self.secretsmanager,
                clock=self.clock,
                cost=CHEAP,
            ),
            "/api/logout": logout.build(ENVIRONMENT, dynamodb=self.dynamodb, clock=self.clock),
            "/api/session": session.build(ENVIRONMENT, dynamodb=self.dynamodb, clock=self.clock),
            "/api/logs": logs.build(ENVIRONMENT, dynamodb=self.dynamodb, clock=self.clock),
        }


def read_response(result: dict[str, Any]) -> ReadResponse:
    """Check that API Gateway would accept a function's result, and parse it.

    Source: API Gateway Developer Guide, "Output format of a Lambda function for proxy
    integration". Anything else is a 502 there.
    """
    allowed = {
        "isBase64Encoded",
        "statusCode",
        "headers",
        "multiValueHeaders",
        "body",
    }
    assert set(result) <= allowed
    assert isinstance(result["body"], str)
    assert result["isBase64Encoded"] is False
    assert result["statusCode"] != 403  # it would become CloudFront's error page
    lines = dict(result["multiValueHeaders"])
    cookies = tuple(lines.get("Set-Cookie", ()))
    headers = {name: values[0] for name, values in lines.items()}
    assert all(len(values) == 1 for name, values in lines.items() if name != "Set-Cookie")
    assert headers["Cache-Control"] == "no-store"
    return ReadResponse(
        status=result["statusCode"],
        headers=headers,
        cookies=cookies,
        body=result["body"],
    )
