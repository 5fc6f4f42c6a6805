"""GET and POST /api/logs: read the captain's entries, write a new one."""

from __future__ import annotations

import functools
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from lambdas import aws_clients
from lambdas.clock import Clock, utc_now
from lambdas.errors import BadRequestError
from lambdas.json_body import json_object, text_field
from lambdas.log_entries import RANDOM_BYTES, from_cursor, new_entry, to_cursor
from lambdas.log_store import LogStore
from lambdas.request_headers import header_values
from lambdas.rest_api import ApiResponse, Event, Handler, json_response, rest_api
from lambdas.session_use import SessionUse
from lambdas.settings import required

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MAX_BODY = 32 * 1024  # bytes: 2000 characters, each escaped as \ud83d\ude80, fit
_IDEMPOTENCY_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    store: LogStore
    session_use: SessionUse
    clock: Clock

    def list_entries(self, event: Event) -> ApiResponse:
        used = self.session_use.of(event)
        page = self.store.page(
            used.session.user_name, limit=read_limit(event), after=read_cursor(event)
        )
        body: dict[str, Any] = {
            "userName": used.session.user_name,
            "entries": [entry.to_json() for entry in page.entries],
            "next": to_cursor(page.last_id) if page.last_id else None,
        }
        if read_include(event):
            body["session"] = used.session.to_json()
        return json_response(HTTPStatus.OK, body, headers=used.headers)

    def record_entry(self, event: Event) -> ApiResponse:
        now = self.clock()
        used = self.session_use.of(event)
        user_name = used.session.user_name
        key = read_idempotency_key(event)
        entry = new_entry(
            text_field(json_object(event, max_bytes=MAX_BODY), "text"),
            recorded_at=now,
            randomness=secrets.token_bytes(RANDOM_BYTES),
        )
        if key is None:
            written = self.store.add(user_name, entry)
        else:
            written = self.store.add_once(user_name, entry, key=key, now=now)
        return json_response(HTTPStatus.CREATED, written.to_json(), headers=used.headers)


def read_limit(event: Event) -> int:
    """The parameter `limit`. Raises BadRequestError."""
    limit = _parameter(event, "limit")
    if limit is None:
        return DEFAULT_LIMIT
    if not re.fullmatch(r"[0-9]{1,3}", limit) or not 1 <= int(limit) <= MAX_LIMIT:
        raise BadRequestError(
            f'The parameter "limit" must be a whole number from 1 to {MAX_LIMIT}.'
        )
    return int(limit)


def read_include(event: Event) -> bool:
    """Whether the response should include the session. Raises BadRequestError."""
    include = _parameter(event, "include")
    if include not in {None, "session"}:
        raise BadRequestError('The parameter "include" must be "session".')
    return include is not None


def read_cursor(event: Event) -> str | None:
    """The id of the previous page's last entry. Raises BadRequestError."""
    cursor = _parameter(event, "cursor")
    return None if cursor is None else from_cursor(cursor)


def read_idempotency_key(event: Event) -> str | None:
    """The Idempotency-Key. Raises BadRequestError if it is repeated or malformed."""
    keys = header_values(event, "idempotency-key")
    if not keys:
        return None
    if len(keys) > 1 or not _IDEMPOTENCY_KEY.fullmatch(keys[0]):
        raise BadRequestError(
            "The header Idempotency-Key must occur once, with 1 to 64 characters of A-Z, a-z, "
            "0-9, - and _."
        )
    return keys[0]


def _parameter(event: Event, name: str) -> str | None:
    """A query parameter's value; API Gateway keeps the last of several."""
    value: str | None = (event.get("queryStringParameters") or {}).get(name)
    return value


def build(
    environ: Mapping[str, str], *, dynamodb: DynamoDBClient, clock: Clock = utc_now
) -> Handler:
    """Create the endpoints. Raises ConfigError naming a missing or malformed variable."""
    logs = Logs(
        store=LogStore(dynamodb=dynamodb, table_name=required(environ, "LOGS_TABLE")),
        session_use=SessionUse.build(environ, dynamodb=dynamodb, clock=clock),
        clock=clock,
    )
    return rest_api(
        "/api/logs",
        {"GET": logs.list_entries, "POST": logs.record_entry},
        logger=Logger("logs"),
    )


@functools.cache
def _handler() -> Handler:
    return build(os.environ, dynamodb=aws_clients.dynamodb())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The Lambda handler, for API Gateway REST proxy events."""
    return _handler()(event, context)
