"""The session of a request, renewed if it is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from lambdas.clock import Clock, unix_seconds
from lambdas.errors import NO_HEADERS, NotSignedInError
from lambdas.session_cookie import set_cookie
from lambdas.sessions import Lifetimes, Presented, Session, Sessions, require_session
from lambdas.settings import required

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from lambdas.rest_api import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """The current session. `headers` are for the response: a renewed cookie, if any."""

    session: Session
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionUse:
    sessions: Sessions
    lifetimes: Lifetimes
    clock: Clock

    @classmethod
    def build(
        cls, environ: Mapping[str, str], *, dynamodb: DynamoDBClient, clock: Clock
    ) -> SessionUse:
        """Create it. Raises ConfigError naming a missing or malformed variable."""
        table_name = required(environ, "SESSIONS_TABLE")
        return cls(
            sessions=Sessions(dynamodb=dynamodb, table_name=table_name),
            lifetimes=Lifetimes.read(environ),
            clock=clock,
        )

    def of(self, event: Event) -> Used:
        """The request's session. Raises NotSignedInError."""
        now = self.clock()
        presented = require_session(event, self.sessions, now=now)
        after = presented.session.renewed(now, self.lifetimes)
        if after is None:
            return Used(session=presented.session)
        return self._renewed(presented, after, now)

    def _renewed(self, presented: Presented, after: Session, now: datetime) -> Used:
        if self.sessions.renew(presented.id, presented.session, after):
            max_age = after.ttl - unix_seconds(now)
            cookie = set_cookie(presented.id, max_age=max_age)
            return Used(session=after, headers={"Set-Cookie": cookie})
        # Another request renewed or ended it between our two calls.
        found = self.sessions.find(presented.id, now=now)
        if found is None:
            raise NotSignedInError
        return Used(session=found)
