"""Connections to origins, kept open between requests: none hands one viewer's bytes to another.

An origin that sends more than its answer has its surplus read as the next request's answer, unless
the client hangs up (RFC 9112, 6.3 and 9.3; aiohttp issue 13656). A kept connection is dropped for
any byte that arrives before the next request is sent. What arrives later can't be told from that
request's answer by any client of HTTP/1.1: it shows when the true answer comes too, and then all
that was stored since the connection was opened is given up.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection
from aiohttp.tracing import Trace


@dataclass(slots=True)
class ConnectionUse:
    """How one request gets its connection: asked of the connector, and told by it."""

    may_reuse: bool
    reused: bool = False


CONNECTION_USE: ContextVar[ConnectionUse | None] = ContextVar("connection_use", default=None)


class KeptConnection(ResponseHandler):
    """One connection; while it waits in the pool, any byte ends it.

    `opened_at` is in Unix seconds.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        *,
        opened_at: Callable[[], float],
        on_surplus: Callable[[KeptConnection], None],
    ) -> None:
        super().__init__(loop)
        self.opened_at = opened_at()
        self.key: ConnectionKey | None = None
        self.waits = False
        self._on_surplus = on_surplus

    def data_received(self, data: bytes) -> None:
        if self.waits and data:
            self._on_surplus(self)
            self.abort()
            return
        super().data_received(data)

    @property
    def holds_surplus(self) -> bool:
        """Whether another answer has been read beside the one that was asked for."""
        return bool(self._buffer)

    @property
    def may_hold_more(self) -> bool:
        """Whether the parser stopped with bytes in hand, which it would show to the next request."""
        return bool(self._buffer or self._reading_paused or self._buffer_paused)

    def unread(self) -> bytes | None:
        """What the system holds that was not read: a byte, b"" for a closed end, None for nothing."""
        known = None if self.transport is None else self.transport.get_extra_info("socket")
        if known is None:
            return b""
        with socket.socket(fileno=os.dup(known.fileno())) as peeking:
            peeking.setblocking(False)
            try:
                return peeking.recv(1, socket.MSG_PEEK)
            except BlockingIOError:
                return None
            except OSError:
                return b""


class OriginConnector(aiohttp.TCPConnector):
    """Hands out kept connections only where `CONNECTION_USE` allows, and only clean ones.

    `on_surplus` hears since when what came from a connection can't be trusted (Unix seconds).
    An origin that sent surplus never gets a kept connection again.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        on_surplus: Callable[[float], None],
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._tell = on_surplus
        self._distrusted: set[ConnectionKey] = set()
        made = partial(KeptConnection, loop=self._loop, opened_at=clock, on_surplus=self._distrust)
        self._factory = cast("partial[ResponseHandler]", made)

    async def _get(self, key: ConnectionKey, traces: list[Trace]) -> Connection | None:
        use = CONNECTION_USE.get()
        if use is None or not use.may_reuse or key in self._distrusted:
            return None
        while (connection := await super()._get(key, traces)) is not None:
            kept = connection.protocol
            if not isinstance(kept, KeptConnection):
                raise TypeError(kept)
            unread = kept.unread()
            if unread is None and not kept.should_close:
                kept.waits = False
                use.reused = True
                return connection
            if unread and not key.is_ssl:  # over TLS they may be a session ticket
                self._distrust(kept)
            connection.close()
        return None

    def _release(
        self,
        key: ConnectionKey,
        protocol: ResponseHandler,
        *,
        should_close: bool = False,
    ) -> None:
        if not isinstance(protocol, KeptConnection):
            raise TypeError(protocol)
        protocol.key = key
        if protocol.holds_surplus:
            self._distrust(protocol)
        unusable = key in self._distrusted or protocol.may_hold_more
        protocol.waits = True
        super()._release(key, protocol, should_close=should_close or unusable)

    def _distrust(self, connection: KeptConnection) -> None:
        if connection.key is not None:
            self._distrusted.add(connection.key)
        # Not before whoever reads the answer at this moment has stored it.
        self._loop.call_soon(self._tell, connection.opened_at)
