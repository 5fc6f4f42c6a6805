"""Persistent connections to origins; one with unexpected bytes is not reused.

aiohttp 3.14 reuses a connection without checking for surplus bytes from the origin, which are then
taken for the response (aiohttp's issue 13656). Here a connection is reused only in step: the
previous response ended exactly, and nothing has arrived since. It is closed for

- bytes while there is no request, or before the next request has been sent completely,
- bytes after the end of a response, be it another response or a part of one,
- a FIN, which the origin may have sent while the connection was idle.

An origin that has sent surplus gets a new connection for each request from then on. A gap remains:
surplus that arrives after the next request was sent, and before its response, looks like that
response to every HTTP/1.1 client. The real response then follows as surplus, and the objects of
that connection are removed from the cache (`OriginConnection`).

This relies on private parts of aiohttp: hence the upper bound on its version, and a test that lists
them (`test_kept_connections`).

Source: RFC 9112, 6.3 and 9.3 to 9.5; RFC 9110, 9.2.2.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from localfront.http_messages.origin_connection import OriginConnection
from localfront.origins.connector import Connector
from localfront.origins.watched_transport import Watch, Watched
from localfront.origins.whole_response import NOTHING_TO_COME, WholeResponses

if TYPE_CHECKING:
    from aiohttp.client import ClientTimeout
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.client_reqrep import ClientRequest, ConnectionKey
    from aiohttp.tracing import Trace

LOG = logging.getLogger("localfront")
# If a response ended exactly, the parser can read this next, and nothing else.
PROBE = b"HTTP/1.1 199 -\r\n\r\n"
# Sent by servers that close an idle connection. Go's net/http ignores it too (golang/go issue
# 32310).
FAREWELLS = (b"HTTP/1.1 408 ", b"HTTP/1.0 408 ")


class KeptConnectionLostError(aiohttp.ServerDisconnectedError):
    """A reused connection ended, or fell out of step, before the response.

    The request may be sent again on a new connection, if its method allows that.
    """


class OutOfStepError(aiohttp.ClientPayloadError):
    """The rest of a response may belong to another request."""


class KeptConnections(Connector):
    """A pool that reuses connections only while they are in step."""

    def __init__(self) -> None:
        super().__init__(KeptConnection)
        self._surplus_from: set[ConnectionKey] = set()

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 -- aiohttp's
    ) -> aiohttp.connector.Connection:
        key = req.connection_key
        if (idle := self._in_step(key)) is not None:
            return aiohttp.connector.Connection(self, key, idle, self._loop)
        connection = await super().connect(req, traces, timeout)
        protocol = connection.protocol
        assert isinstance(protocol, KeptConnection)  # noqa: S101 -- made by _factory
        protocol.on_surplus = partial(self._not_again, key)
        return connection

    def _in_step(self, key: ConnectionKey) -> KeptConnection | None:
        """An idle connection that takes a request; those that take none end."""
        earliest = monotonic() - float(self._keepalive_timeout or 0)
        while idle := self._conns.get(key):
            protocol, since = idle.popleft()
            if not idle:
                del self._conns[key]
            assert isinstance(protocol, KeptConnection)  # noqa: S101 -- made by _factory
            is_usable = since >= earliest and key not in self._surplus_from
            if is_usable and protocol.is_reusable():
                self._acquired.add(protocol)
                return protocol
            protocol.close()
        return None

    def _not_again(self, key: ConnectionKey) -> None:
        if key in self._surplus_from:
            return
        self._surplus_from.add(key)
        LOG.warning(
            "the origin at %s:%s sends more than was requested (RFC 9112, 6.3): "
            "its connections are no longer reused",
            key.host,
            key.port,
        )

    def _release(
        self,
        key: ConnectionKey,
        protocol: ResponseHandler,
        *,
        should_close: bool = False,
    ) -> None:
        keeps = not should_close and key not in self._surplus_from
        super()._release(key, protocol, should_close=not keeps)
        if keeps and isinstance(protocol, KeptConnection):
            protocol.go_idle()


class KeptConnection(WholeResponses):
    """A persistent connection."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.identity = OriginConnection()
        self.on_surplus: Callable[[], None] = lambda: None
        self._requests = 0
        self._is_idle = True
        self._is_parsing = False
        self._has_bytes = False  # of a response to the current request
        self._body: aiohttp.StreamReader | None = None  # the final response's body
        self._has_surplus = False
        self._was_in_step = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- of a TCP connection
        self._watch = Watch(transport.get_extra_info("socket").fileno())
        self.transport = Watched(transport, self._watch, self.bytes_arrived)

    # Called by the connector

    def is_reusable(self) -> bool:
        """Whether the connection can be reused: only while it is in step.

        If the event loop has not read everything yet, the connection is closed and checked for
        that.
        """
        if not self.is_connected() or self.should_close:
            return False
        if not self._watch.is_readable():
            return True
        self._end_unread()
        return False

    def bytes_arrived(self) -> None:
        """Raise KeptConnectionLostError: bytes arrived before the request was written."""
        if self._is_reused:
            self._end_unread()
            raise KeptConnectionLostError

    def go_idle(self) -> None:
        """The request is complete: further bytes from the origin are unexpected."""
        self._is_idle = True
        # While parsing, the rest of the same chunk is checked when the parser is done.
        if not self._is_parsing and not self._is_in_step():
            self._drop()

    def set_response_params(self, **options: Any) -> None:
        """Called by aiohttp when a request is about to be sent."""
        self._requests += 1
        self._is_idle = self._has_bytes = self._has_surplus = self._was_in_step = False
        self._body = None
        super().set_response_params(**options)

    # Events from the origin

    def data_received(self, data: bytes) -> None:
        if data:
            is_unexpected = self._is_idle or self._body is NOTHING_TO_COME
            if is_unexpected or (not self._has_bytes and self._is_before_the_request()):
                self._drop(data)
                return
            self._has_bytes = True
        self._is_parsing = True
        try:
            super().data_received(data)
        finally:
            self._is_parsing = False
        stumbled = self._exception is not None and self._stopped_at_surplus
        if self._has_surplus or stumbled or (self._is_idle and not self._is_in_step()):
            self._drop()

    def feed_data(self, data: Any, size: int = 0) -> None:
        """A message was parsed: an interim response, or the final one."""
        message, body = data
        if self._body is not None:
            self._has_surplus = True
        elif message.code >= 200 or message.code == 101:
            self._body = body
        super().feed_data(data, size)

    def set_exception(self, exc: BaseException, *cause: BaseException) -> None:
        """Bytes that are not a response may be the rest of surplus."""
        unread = self._is_reused and not self._is_idle and self._body is None
        if unread and isinstance(exc, HttpProcessingError):
            self.identity.fell_out_of_step()
            exc = KeptConnectionLostError()
        super().set_exception(exc, *cause)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._is_reused and not self._is_idle and not self._has_bytes:
            self.set_exception(KeptConnectionLostError())
        super().connection_lost(exc)

    # State

    @property
    def _is_reused(self) -> bool:
        return self._requests > 1

    def _is_before_the_request(self) -> bool:
        """Whether a request on a reused connection has not reached the origin's system yet.

        A response implies that it has: each TCP segment acknowledges received data (RFC 9293, 3.4).
        """
        if not self._is_reused or self.transport is None:
            return False
        return self.transport.get_write_buffer_size() > 0 or self._watch.is_unacknowledged()

    def _end_unread(self) -> None:
        """Close a connection with unread bytes or a FIN; the bytes may be a late response."""
        assert self.transport is not None  # noqa: S101 -- is_connected
        with self.transport.get_extra_info("socket").dup() as peeking:
            try:
                waiting = peeking.recv(len(FAREWELLS[0]), socket.MSG_PEEK)
            except OSError:  # a reset
                return
        if not waiting:  # a FIN
            return
        if self.transport.get_extra_info("ssl_object") is None:
            self._drop(waiting)
        else:  # an unread TLS record: close_notify, or data
            self.abort()
            self.identity.fell_out_of_step()

    @property
    def _stopped_at_surplus(self) -> bool:
        """Whether the parser stopped at bytes after the end of the response."""
        return self._exception is not None and self._body is not None and self._body.is_eof()

    def _is_in_step(self) -> bool:
        """Whether there is nothing after the end of the response, once it has been read.

        Checked once per response: later bytes are surplus anyway.
        """
        if self._is_idle and self.is_connected() and not self._was_in_step:
            self._was_in_step = self._ends_with_the_response()
            return self._was_in_step
        return True

    def _ends_with_the_response(self) -> bool:
        """Whether the parser has no buffered bytes; it does not say, so it is fed a probe."""
        if self._body is NOTHING_TO_COME:
            return True
        assert self._parser is not None  # noqa: S101 -- a request was sent
        try:
            messages, _, _ = self._parser.feed_data(PROBE)
        except Exception:  # the parser failed at bytes before the probe
            return False
        # Bytes before the probe may form a message with it: no other is complete.
        return [(m.code, m.reason, m.raw_headers) for m, _ in messages] == [(199, "-", ())]

    def _drop(self, data: bytes = b"") -> None:
        """The origin sent surplus: close the connection, and cut off responses being passed on."""
        pending = self._body
        self.abort()
        if self._is_reused and not self._is_idle:
            self._buffer.clear()
            self.set_exception(KeptConnectionLostError())
        if self._is_reused and pending is not None and not pending.at_eof():
            pending.set_exception(OutOfStepError("another response follows it"))
        if data and not data.strip():
            return  # empty lines are not part of a response (RFC 9112, 2.2)
        if not data.startswith(FAREWELLS):
            self.on_surplus()
        self.identity.fell_out_of_step()
