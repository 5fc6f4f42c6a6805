"""GET /api/session: the user who is logged in, and the session's end."""

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
from lambdas.rest_api import ApiResponse, Event, Handler, json_response, rest_api
from lambdas.session_use import SessionUse

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoAmI:
    session_use: SessionUse

    def show(self, event: Event) -> ApiResponse:
        used = self.session_use.of(event)
        return json_response(HTTPStatus.OK, used.session.to_json(), headers=used.headers)


def build(
    environ: Mapping[str, str], *, dynamodb: DynamoDBClient, clock: Clock = utc_now
) -> Handler:
    """Create the endpoint. Raises ConfigError naming a missing or malformed variable."""
    session_use = SessionUse.build(environ, dynamodb=dynamodb, clock=clock)
    who_am_i = WhoAmI(session_use=session_use)
    return rest_api("/api/session", {"GET": who_am_i.show}, logger=Logger("session"))


@functools.cache
def _handler() -> Handler:
    return build(os.environ, dynamodb=aws_clients.dynamodb())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The Lambda handler, for API Gateway REST proxy events."""
    return _handler()(event, context)
