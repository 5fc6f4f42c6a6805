"""GET /api/session: who is logged in, and until when."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from lambdas import aws_clients
from lambdas.clock import Clock, utc_now
from lambdas.rest_api import Answer, Event, Handler, json_answer, rest_api
from lambdas.sessions import Sessions, require_session
from lambdas.settings import required

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoAmI:
    sessions: Sessions
    clock: Clock

    def show(self, event: Event) -> Answer:
        session = require_session(event, self.sessions, now=self.clock())
        return json_answer(HTTPStatus.OK, session.to_json())


def build(
    environ: Mapping[str, str], *, dynamodb: DynamoDBClient, clock: Clock = utc_now
) -> Handler:
    """Raises ConfigError naming the variable that is missing."""
    table_name = required(environ, "SESSIONS_TABLE")
    who_am_i = WhoAmI(
        sessions=Sessions(dynamodb=dynamodb, table_name=table_name), clock=clock
    )
    return rest_api("/api/session", {"GET": who_am_i.show}, logger=Logger("session"))


@functools.cache
def _handler() -> Handler:
    return build(os.environ, dynamodb=aws_clients.dynamodb())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """What Lambda calls: an API Gateway REST proxy event in, a proxy answer out."""
    return _handler()(event, context)
