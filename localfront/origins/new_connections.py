"""Connections for a single request: for requests that must not be retried, and for retries."""

from __future__ import annotations

from localfront.origins.connector import Connector
from localfront.origins.whole_response import WholeResponses


class SingleUse(WholeResponses):
    """A connection for one request."""

    @property
    def should_close(self) -> bool:
        return True


class NewConnections(Connector):
    """A new connection for each request. (`force_close` would add a header.)"""

    def __init__(self) -> None:
        super().__init__(SingleUse)
