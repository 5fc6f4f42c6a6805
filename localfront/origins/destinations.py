"""The servers of origins' URLs."""

from __future__ import annotations

import asyncio
import re

import aiohttp
from aiohttp.client_reqrep import ConnectionKey
from yarl import URL

SERVER = re.compile(r"https?://[^/?]*", re.IGNORECASE)


class Destination(aiohttp.ClientRequest):
    """A server, and the expected name in its certificate: its host's by default (FN-027).

    aiohttp's connection pools take the destination from a request object. This one is shared by all
    requests to a server, and is never sent itself. Raises ValueError for a URL without a server.
    """

    def __init__(self, server: str, certified_name: str | None = None) -> None:
        super().__init__(
            "GET",
            URL(server, encoded=True),
            server_hostname=certified_name,
            loop=asyncio.get_running_loop(),
        )
        self.authority = self.headers["Host"]
        self._key = super().connection_key

    @property
    def connection_key(self) -> ConnectionKey:
        return self._key


def split(url: str) -> tuple[str, str]:
    """The server of a URL, and the request target. Raises ValueError if there is none."""
    found = SERVER.match(url)
    if found is None:
        raise ValueError(f"{url.partition('?')[0]} is not a server's URL")
    target = url[found.end() :]
    return found[0], target if target.startswith("/") else f"/{target}"
