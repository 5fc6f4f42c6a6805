"""The servers that origins' URLs name."""

from __future__ import annotations

import asyncio
import re

import aiohttp
from aiohttp.client_reqrep import ConnectionKey
from yarl import URL

SERVER = re.compile(r"https?://[^/?]*", re.IGNORECASE)


class Destination(aiohttp.ClientRequest):
    """A server, and the name that its certificate has to bear: its host's, unless told (FN-027).

    aiohttp's pools of connections ask a request where it goes. This one stands for all that go
    there, and is never sent itself: most of what aiohttp does for a request is the same for each.
    Raises ValueError where a URL names no server.
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
    """The server of a URL, and the target to ask it for. Raises ValueError where it has none."""
    found = SERVER.match(url)
    if found is None:
        raise ValueError(f"{url.partition('?')[0]} is no URL of a server")
    target = url[found.end() :]
    return found[0], target if target.startswith("/") else f"/{target}"
