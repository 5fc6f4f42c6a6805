"""Persistent connections to origins; one that brings unexpected bytes is not used again.

aiohttp 3.14 gives a kept connection to the next request without looking whether the origin has sent
more than it was asked for; then the surplus is taken for the answer (aiohttp's issue 13656). Here
a connection takes another request only in step: what came before ended where an answer ends, and
nothing came since. It is dropped for

- bytes while no request is under way, or before the next request has been sent whole,
- bytes behind the end of an answer, be it an answer of their own or a part of one,
- a FIN, which the origin may have sent while the connection lay idle.

An origin that was caught sending more than it was asked for gets a new connection for each request
from then on. What stays: surplus that arrives after the next request was sent, and before its own
answer, looks like that answer to every client of HTTP/1.1. The true answer then follows as surplus,
and what the cache keeps of that connection is forgotten (`Connection`).

Much of aiohttp that this stands on is private: hence the upper bound on its version, and a test
that names it all (`test_kept_connections`).

Source: RFC 9112, 6.3 and 9.3 to 9.5; RFC 9110, 9.2.2.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from localfront.http_messages.origin_connection import OriginConnection
from localfront.origins.watched_transport import Watch, Watched
from localfront.origins.whole_answer import NOTHING_TO_COME, WholeAnswers

if TYPE_CHECKING:
    from aiohttp.client import ClientTimeout
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.client_reqrep import ClientRequest, ConnectionKey
    from aiohttp.tracing import Trace

LOG = logging.getLogger("localfront")
# What ends exactly where a message may begin leaves the parser able to read this, and only this.
PROBE = b"HTTP/1.1 199 -\r\n\r\n"
# An idle connection's farewell. Go's net/http passes over it as well (golang/go issue 32310).
FAREWELLS = (b"HTTP/1.1 408 ", b"HTTP/1.0 408 ")


class KeptConnectionLostError(aiohttp.ServerDisconnectedError):
    """A kept connection ended, or fell out of step, before its request had an answer.

    The request may be sent again on a new connection, where its method allows that.
    """


class OutOfStepError(aiohttp.ClientPayloadError):
    """What is left of an answer may be meant for another request."""


class KeptConnections(aiohttp.TCPConnector):
    """A pool whose connections take another request only while in step."""

    def __init__(self) -> None:
        super().__init__(limit=0)
        made = partial(KeptConnection, self._loop)
        self._factory = cast("partial[ResponseHandler]", made)
        self._surplus_from: set[ConnectionKey] = set()

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 -- aiohttp's
    ) -> aiohttp.connector.Connection:
        key = req.connection_key
        if (kept := self._in_step(key)) is not None:
            return aiohttp.connector.Connection(self, key, kept, self._loop)
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
            may_go_on = since >= earliest and key not in self._surplus_from
            if may_go_on and protocol.takes_a_request():
                self._acquired.add(protocol)
                return protocol
            protocol.close()
        return None

    def _not_again(self, key: ConnectionKey) -> None:
        if key in self._surplus_from:
            return
        self._surplus_from.add(key)
        LOG.warning(
            "the origin at %s:%s sends more than it is asked for (RFC 9112, 6.3): "
            "its connections are not kept any longer",
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
            protocol.lie_idle()


class KeptConnection(WholeAnswers):
    """One connection, for one request after the other."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.identity = OriginConnection()
        self.on_surplus: Callable[[], None] = lambda: None
        self._requests = 0
        self._is_idle = True
        self._is_parsing = False
        self._has_bytes = False  # of an answer to the request under way
        self._answer: aiohttp.StreamReader | None = None  # the final one's body
        self._has_surplus = False
        self._was_in_step = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- of a TCP connection
        self._watch = Watch(transport.get_extra_info("socket").fileno())
        self.transport = Watched(transport, self._watch, self.spoken_to)

    # What the connector asks

    def takes_a_request(self) -> bool:
        """Whether another request may be sent: only in step.

        One that holds what the event loop has not read yet ends here, and is judged by that.
        """
        if not self.is_connected() or self.should_close:
            return False
        if not self._watch.is_readable():
            return True
        self._end_unread()
        return False

    def spoken_to(self) -> None:
        """Something had come before the request was written. Raises KeptConnectionLostError."""
        if self._is_reused:
            self._end_unread()
            raise KeptConnectionLostError

    def lie_idle(self) -> None:
        """End the request under way: whatever the origin sends from here on is unexpected."""
        self._is_idle = True
        # Amid parsing, what follows in the same piece is looked at when the parser is done.
        if not self._is_parsing and not self._is_in_step():
            self._drop()

    def set_response_params(self, **options: Any) -> None:
        """A request is about to be sent."""
        self._requests += 1
        self._is_idle = self._has_bytes = self._has_surplus = self._was_in_step = False
        self._answer = None
        super().set_response_params(**options)

    # What the origin does

    def data_received(self, data: bytes) -> None:
        if data:
            unasked = self._is_idle or self._answer is NOTHING_TO_COME
            if unasked or (not self._has_bytes and self._is_before_the_request()):
                self._drop(data)
                return
            self._has_bytes = True
        self._is_parsing = True
        try:
            super().data_received(data)
        finally:
            self._is_parsing = False
        stumbled = self._exception is not None and self._has_stumbled
        if self._has_surplus or stumbled or (self._is_idle and not self._is_in_step()):
            self._drop()

    def feed_data(self, data: Any, size: int = 0) -> None:
        """A message was parsed: an interim response, or the final one, behind which none may come."""
        message, body = data
        if self._answer is not None:
            self._has_surplus = True
        elif message.code >= 200 or message.code == 101:
            self._answer = body
        super().feed_data(data, size)

    def set_exception(self, exc: BaseException, *cause: BaseException) -> None:
        """What is no answer may be the rest of one that nobody asked for, behind which it lies."""
        unread = self._is_reused and not self._is_idle and self._answer is None
        if unread and isinstance(exc, HttpProcessingError):
            self.identity.fell_out_of_step()
            exc = KeptConnectionLostError()
        super().set_exception(exc, *cause)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._is_reused and not self._is_idle and not self._has_bytes:
            self.set_exception(KeptConnectionLostError())
        super().connection_lost(exc)

    # Where it stands

    @property
    def _is_reused(self) -> bool:
        return self._requests > 1

    def _is_before_the_request(self) -> bool:
        """Whether the request, on a kept connection, is not with the origin's system yet.

        An answer to it tells that it is: each TCP segment acknowledges what had come (RFC 9293, 3.4).
        """
        if not self._is_reused or self.transport is None:
            return False
        return self.transport.get_write_buffer_size() > 0 or self._watch.is_unacknowledged()

    def _end_unread(self) -> None:
        """Let go of bytes or a FIN in the system's hands; bytes may be an answer that came late."""
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
        else:  # a record that nobody has read: a farewell, or an answer
            self.abort()
            self.identity.fell_out_of_step()

    @property
    def _has_stumbled(self) -> bool:
        """Whether the parser was stopped by what lay behind the end of the answer."""
        return self._exception is not None and self._answer is not None and self._answer.is_eof()

    def _is_in_step(self) -> bool:
        """Whether nothing lies behind the end of the answer, once that has been read.

        Looked at once for an answer: whatever comes after that is surplus by itself.
        """
        if self._is_idle and self.is_connected() and not self._was_in_step:
            self._was_in_step = self._ends_where_an_answer_ends()
            return self._was_in_step
        return True

    def _ends_where_an_answer_ends(self) -> bool:
        """Whether the parser holds nothing back: it tells nobody, so it is asked to read on."""
        if self._answer is NOTHING_TO_COME:
            return True
        assert self._parser is not None  # noqa: S101 -- a request was sent
        try:
            messages, _, _ = self._parser.feed_data(PROBE)
        except Exception:  # whatever it stumbled over lay before the probe
            return False
        # With what lies before it, the probe may make a message of its own: no other one is whole.
        return [(m.code, m.reason, m.raw_headers) for m, _ in messages] == [(199, "-", ())]

    def _drop(self, data: bytes = b"") -> None:
        """The origin sent what nobody asked for. What a viewer has not got yet, none gets."""
        answer = self._answer
        self.abort()
        if self._is_reused and not self._is_idle:
            self._buffer.clear()
            self.set_exception(KeptConnectionLostError())
        if self._is_reused and answer is not None and not answer.at_eof():
            answer.set_exception(OutOfStepError("it is followed by another answer"))
        if data and not data.strip():
            return  # empty lines are part of no answer (RFC 9112, 2.2)
        if not data.startswith(FAREWELLS):
            self.on_surplus()
        self.identity.fell_out_of_step()
