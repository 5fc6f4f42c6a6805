"""WebSocket: detect handshakes, and relay messages.

Source: CloudFront Developer Guide, "Use WebSockets with CloudFront distributions" (MI-001); quotas,
"Connection idle timeout" (MI-002).
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Protocol

import aiohttp
from aiohttp import WSMessage, WSMsgType

if TYPE_CHECKING:
    from localfront.http_messages.messages import Headers

IDLE_SECONDS = 600.0  # MI-002: without data from the origin
KEY = re.compile(r"[A-Za-z0-9+/]{22}==")  # 16 bytes in base64
NO_STATUS = 1000  # a close frame without a code


class Socket(Protocol):
    """The common interface of aiohttp's two WebSocket classes, which share no base."""

    async def receive(self, timeout: float | None = None) -> WSMessage: ...  # noqa: ASYNC109 -- aiohttp's
    async def send_str(self, data: str) -> None: ...
    async def send_bytes(self, data: bytes) -> None: ...
    async def ping(self, message: bytes = b"") -> None: ...
    async def pong(self, message: bytes = b"") -> None: ...
    async def close(self, *, code: int = 1000, message: bytes = b"") -> bool: ...


def is_upgrade(upgrade: str | None) -> bool:
    return upgrade is not None and upgrade.strip().lower() == "websocket"


def is_websocket_handshake(method: str, http_version: str, headers: Headers) -> bool:
    """Whether the request is a WebSocket opening handshake (RFC 6455, 4.2.1).

    Any other `Upgrade` is ignored (RFC 9110, 7.8): the origin's request does not have it.
    """
    return (
        is_upgrade(headers.get("upgrade"))
        and method == "GET"
        and http_version == "1.1"
        and _is_handshake(headers)
    )


def _is_handshake(headers: Headers) -> bool:
    options = ",".join(headers.get_all("connection")).lower().split(",")
    return (
        "upgrade" in (option.strip(" \t") for option in options)
        and headers.get_all("sec-websocket-version") == ("13",)
        and KEY.fullmatch(headers.get("sec-websocket-key") or "") is not None
    )


class OriginSocket:
    """An open WebSocket to an origin."""

    def __init__(self, socket: Socket, subprotocol: str | None) -> None:
        self._socket = socket
        self.subprotocol = subprotocol

    async def relay(self, viewer: Socket) -> None:
        """Relay messages in both directions until either end closes, or the origin is idle."""
        ways = [
            asyncio.create_task(_pass_on(viewer, self._socket, None)),
            asyncio.create_task(_pass_on(self._socket, viewer, IDLE_SECONDS)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            await viewer.close()

    async def aclose(self) -> None:
        await self._socket.close()


async def _pass_on(source: Socket, target: Socket, idle: float | None) -> None:
    while True:
        try:
            message = await source.receive(idle)
            if not await _sent(message, target):
                return
        except (TimeoutError, aiohttp.ClientError, OSError):
            return  # idle too long, or gone: the other side gets a close frame


async def _sent(message: WSMessage, target: Socket) -> bool:
    """Relay a message. Returns whether the connection stays open."""
    match message.type:
        case WSMsgType.TEXT:
            await target.send_str(message.data)
        case WSMsgType.BINARY:
            await target.send_bytes(message.data)
        case WSMsgType.PING:
            await target.ping(message.data)
        case WSMsgType.PONG:
            await target.pong(message.data)
        case WSMsgType.CLOSE:
            reason = (message.extra or "").encode()
            await target.close(code=message.data or NO_STATUS, message=reason)
            return False
        case _:
            return False
    return True
