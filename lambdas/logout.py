"""POST /api/logout: end the session and clear its cookie."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from lambdas import aws_clients
from lambdas.clock import Clock, utc_now
from lambdas.errors import BadRequestError
from lambdas.request_headers import header, header_values
from lambdas.rest_api import ApiResponse, Event, Handler, empty_response, rest_api
from lambdas.session_cookie import clear_cookies, is_presented, session_ids
from lambdas.sessions import Sessions, require_session
from lambdas.settings import required

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


# Sec-Fetch-Site for requests from our pages and from the address bar; not all clients send it.
# Source: W3C, "Fetch Metadata Request Headers", section 2.4.
OUR_OWN = frozenset({"", "none", "same-origin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    sessions: Sessions
    clock: Clock

    def log_out(self, event: Event) -> ApiResponse:
        """End the session. Without one it succeeds, too: the result is the same.

        A cookie is cleared only if it was sent. Another site's form sends none, but a
        response that clears cookies would log the visitor out nevertheless. A form on a
        sibling subdomain does send it, and is recognised by Sec-Fetch-Site.

        Raises BadRequestError if another site's page sent the request.
        """
        if header(event, "sec-fetch-site") not in OUR_OWN:
            raise BadRequestError("Log out from a page of this site.")
        lines = header_values(event, "cookie")
        if read_everywhere(event):
            self._end_everywhere(event)
        for presented in session_ids(lines):
            self.sessions.end(presented)
        if not is_presented(lines):
            return empty_response()
        return empty_response(headers={"Set-Cookie": clear_cookies()})

    def _end_everywhere(self, event: Event) -> None:
        """End all of the user's sessions. Raises NotSignedInError without a live session."""
        presented = require_session(event, self.sessions, now=self.clock())
        for session_id in self.sessions.ids_of(presented.session.user_name):
            self.sessions.end(session_id)


def read_everywhere(event: Event) -> bool:
    """The parameter `everywhere`. Raises BadRequestError."""
    everywhere = (event.get("queryStringParameters") or {}).get("everywhere")
    if everywhere not in {None, "true"}:
        raise BadRequestError('The parameter "everywhere" must be "true".')
    return everywhere is not None


def build(
    environ: Mapping[str, str], *, dynamodb: DynamoDBClient, clock: Clock = utc_now
) -> Handler:
    """Create the endpoint. Raises ConfigError naming a missing variable."""
    table_name = required(environ, "SESSIONS_TABLE")
    logout = Logout(sessions=Sessions(dynamodb=dynamodb, table_name=table_name), clock=clock)
    return rest_api("/api/logout", {"POST": logout.log_out}, logger=Logger("logout"))


@functools.cache
def _handler() -> Handler:
    return build(os.environ, dynamodb=aws_clients.dynamodb())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The Lambda handler, for API Gateway REST proxy events."""
    return _handler()(event, context)
