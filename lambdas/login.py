"""POST /api/login: start a session with a user name and a password."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from lambdas import aws_clients, refusals
from lambdas.captains import Captains
from lambdas.clock import Clock, utc_now
from lambdas.errors import (
    BadRequestError,
    InvalidCredentialsError,
    TooManyAttemptsError,
)
from lambdas.json_body import json_object, text_field
from lambdas.login_attempts import LoginAttempts
from lambdas.passwords import DEFAULT_COST, MAX_LENGTH, ScryptCost, is_password
from lambdas.rest_api import ApiResponse, Event, Handler, json_response, rest_api
from lambdas.session_cookie import set_cookie
from lambdas.sessions import Lifetimes, Sessions
from lambdas.settings import required
from lambdas.user_names import is_user_name
from lambdas.viewer_address import viewer_network

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

MAX_BODY = 4 * 1024  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    user_name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    captains: Captains
    attempts: LoginAttempts
    sessions: Sessions
    lifetimes: Lifetimes
    limit_by_address: bool
    clock: Clock

    def log_in(self, event: Event) -> ApiResponse:
        """Start a session. An unknown user takes the same steps as a wrong password."""
        credentials = read_credentials(event)
        user_name = credentials.user_name
        network = viewer_network(event) if self.limit_by_address else None
        self._count(user_name, network)
        if not self.captains.has(user_name, credentials.password):
            raise InvalidCredentialsError
        session_id, session = self.sessions.start(
            user_name, now=self.clock(), lifetimes=self.lifetimes
        )
        self.attempts.clear(user_name)
        if network is not None:
            self.attempts.uncount_address(network)
        max_age = min(self.lifetimes.idle, self.lifetimes.absolute)
        cookie = set_cookie(session_id, max_age=max_age)
        return json_response(HTTPStatus.OK, session.to_json(), headers={"Set-Cookie": cookie})

    def _count(self, user_name: str, network: str | None) -> None:
        """Count the attempt. Raises TooManyAttemptsError, which is counted as a metric, too."""
        now = self.clock()
        try:
            if network is not None:
                self.attempts.count_address(network, now=now)
            self.attempts.count(user_name, now=now)
        except TooManyAttemptsError:
            refusals.count(now)
            raise


def read_credentials(event: Event) -> Credentials:
    """The credentials in the body. Raises NotJsonError, TooLargeError or BadRequestError."""
    body = json_object(event, max_bytes=MAX_BODY)
    user_name = text_field(body, "username")
    password = text_field(body, "password")
    if not is_user_name(user_name):
        raise BadRequestError(
            "A user name starts with a letter and has up to 32 characters of a-z, 0-9 and -."
        )
    if not is_password(password):
        raise BadRequestError(f"A password must have 1 to {MAX_LENGTH} characters.")
    return Credentials(user_name=user_name, password=password)


def build(
    environ: Mapping[str, str],
    *,
    dynamodb: DynamoDBClient,
    secretsmanager: SecretsManagerClient,
    clock: Clock = utc_now,
    cost: ScryptCost = DEFAULT_COST,
) -> Handler:
    """Create the endpoint. Raises ConfigError naming a missing or malformed variable."""
    login = Login(
        captains=Captains(
            secretsmanager=secretsmanager,
            secret_prefix=required(environ, "SECRET_PREFIX"),
            clock=clock,
            cost=cost,
        ),
        attempts=LoginAttempts(
            dynamodb=dynamodb, table_name=required(environ, "LOGIN_ATTEMPTS_TABLE")
        ),
        sessions=Sessions(dynamodb=dynamodb, table_name=required(environ, "SESSIONS_TABLE")),
        lifetimes=Lifetimes.read(environ),
        limit_by_address=environ.get("LIMIT_BY_ADDRESS") == "true",
        clock=clock,
    )
    return rest_api("/api/login", {"POST": login.log_in}, logger=Logger("login"))


@functools.cache
def _handler() -> Handler:
    return build(
        os.environ,
        dynamodb=aws_clients.dynamodb(),
        secretsmanager=aws_clients.secretsmanager(),
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The Lambda handler, for API Gateway REST proxy events."""
    return _handler()(event, context)
