"""An aiohttp response that remembers its connection."""

from __future__ import annotations

import aiohttp

from localfront.http_messages.origin_connection import OriginConnection
from localfront.origins.kept_connections import KeptConnection


class Answer(aiohttp.ClientResponse):
    """Remembers the connection that it came over, which aiohttp lets go of at its end."""

    came_over: OriginConnection | None = None

    async def start(self, connection: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        if isinstance(connection.protocol, KeptConnection):
            self.came_over = connection.protocol.identity
        return await super().start(connection)
