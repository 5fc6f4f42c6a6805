"""One viewer's HTTP/1.1 connection: its time-outs, and the response to malformed requests.

aiohttp's protocol reads the requests. By itself it would answer a malformed one in HTTP/1.0 with
its version and a traceback, leave the reader of a broken upload waiting, and wait for a head for
ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader
from aiohttp.web_protocol import _ErrInfo

from localfront.exchange.refusal import Refusal
from localfront.http_messages.messages import Request
from localfront.logs.unforeseen_errors import TRACEBACKS
from localfront.server.at_once import AtOnce
from localfront.server.begun_requests import BegunRequests
from localfront.server.http_reading import peer_of
from localfront.server.http_writing import Sent
from localfront.server.malformed_requests import (
    KEPT_HEAD_BYTES,
    MAX_HEAD_BYTES,
    AnotherProtocolError,
    HeadTooLongError,
    another_protocol,
    head_overdue,
    may_be_another_protocol,
    refusal_of,
    salvaged,
)

LOG = logging.getLogger("localfront")

# idle connections
IDLE_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Time-outs in seconds: for a complete head, and for the next bytes of a body (VP-014)."""

    head: float = 30.0
    body: float = 60.0


# Makes the complete message of a refusal; the connection closes after it.
Refusing = Callable[["ViewerConnection", Request, Refusal], bytes]


class ViewerConnection(BegunRequests):
    """A viewer's connection. `refuse` makes the response to a malformed request."""

    def __init__(
        self,
        server: web.Server,
        *,
        refuse: Refusing,
        patience: Patience,
        at_once: AtOnce,
        **options: Any,
    ) -> None:
        options |= {"keepalive_timeout": IDLE_SECONDS, "access_log": None}
        super().__init__(server, at_once=at_once, **options)
        self._refuse = refuse
        self._patience = patience
        self._head = b""  # the first bytes since the last request
        self.head_bytes = 0  # all bytes since then
        self._head_since: float | None = None  # loop time; None while no head is awaited
        self._unparsed = bytearray()  # bytes of heads that the parser has not finished
        self._look: asyncio.TimerHandle | None = None
        self._upload: StreamReader | None = None  # of the current request
        self._is_answering = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.peer = peer_of(transport)
        super().connection_made(transport)
        self._wait_for_a_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def begins(self, upload: StreamReader) -> None:
        self._head_since = None
        self._head, self.head_bytes = b"", 0
        self._upload, self._is_answering = upload, True

    def ends(self) -> None:
        self._is_answering = False

    def data_received(self, data: bytes) -> None:
        between = self._is_between_requests()
        head = self._at_once.heads.find(data) if between else None
        if head is not None and self._is_taken_at_once(head):
            return
        self.hand_to_the_task()
        if self._is_past_the_upload():
            self._note_a_head(data)
        if head is not None:
            self._queue(head.message)
            return
        try:
            super().data_received(data)
        except Exception as error:  # otherwise asyncio closes without a response
            self._respond_at_once(error)
            return
        self._refuse_another_protocol(data)
        if self.head_bytes > MAX_HEAD_BYTES and not self._messages:
            self._respond_at_once(HeadTooLongError())
        if self._messages and not isinstance(self._messages[-1][0], RawRequestMessage):
            self._break_off_the_upload()
        if between and len(self._messages) == 1:
            message, payload = self._messages[0]
            if isinstance(message, RawRequestMessage) and payload is EMPTY_PAYLOAD:
                self._at_once.heads.keep(data, message)

    def _is_between_requests(self) -> bool:
        """Whether the next bytes begin a request, and no other request is under way."""
        waiter = self._waiter
        return (
            waiter is not None
            and not waiter.done()
            and self._begun is None
            and not self._unparsed
            and not self._messages
            and self._is_past_the_upload()
            and not (self._upgraded or self._buffer_paused or self._close or self._force_close)
            and self._payload_parser is None
        )

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer a malformed request; called by aiohttp."""
        if request.writer.output_size > 0:
            raise ConnectionError("part of the response is already sent")
        return _Refused(self._page(exc or RuntimeError(message or f"status {status}")))

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Log aiohttp's own errors in one line; aiohttp would print a traceback each."""
        error = kw.get("exc_info")
        if isinstance(error, web.RequestPayloadError | ConnectionError):
            return  # an upload that was no longer read
        if isinstance(error, BaseException):
            LOG.error("a viewer's connection ended: %s", TRACEBACKS.keep(error))

    def _note_a_head(self, data: bytes) -> None:
        self.head_bytes += len(data)
        if self._is_answering:
            return
        if self._head_since is None:
            self._wait_for_a_head()
        if len(self._head) < KEPT_HEAD_BYTES:
            self._head += data[:KEPT_HEAD_BYTES]

    def _is_past_the_upload(self) -> bool:
        if self._upload is not None and not self._upload.is_eof():
            return False
        self._upload = None
        return True

    def _break_off_the_upload(self) -> None:
        """Fail an upload whose framing is broken; its reader would wait for ever.

        Its reader then sends the request's only response.
        """
        if self._upload is not None and not self._upload.is_eof():
            self._upload.set_exception(web.RequestPayloadError("not framed as its head declares"))
            self._messages.clear()
            self.close()

    def _refuse_another_protocol(self, data: bytes) -> None:
        """Refuse a request of another protocol, after the requests before it; then close."""
        if not self._is_past_the_upload():
            self._unparsed.clear()
            return
        self._unparsed += data
        if not self._messages:
            return
        if may_be_another_protocol(self._unparsed):
            self._refuse_from_another_protocol_on()
        if not self._buffer_paused:  # otherwise the parser still buffers some of it
            # Keep the part after the last complete head: it may start the next one.
            self._unparsed = self._unparsed.rpartition(b"\r\n\r\n")[2]

    def _refuse_from_another_protocol_on(self) -> None:
        for place, (message, _) in enumerate(self._messages):
            if isinstance(message, RawRequestMessage) and (
                protocol := another_protocol(message.method, message.path, self._unparsed)
            ):
                while len(self._messages) > place:
                    self._messages.pop()
                self._messages.append((_another_protocol_refused(protocol), EMPTY_PAYLOAD))
                break

    def _wait_for_a_head(self) -> None:
        self._head_since = asyncio.get_running_loop().time()
        if self._look is None:  # one timer for many requests: most heads are complete at once
            self._look_in(self._patience.head)

    def _look_in(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._look = loop.call_later(seconds, self._look_for_a_head)

    def _look_for_a_head(self) -> None:
        self._look = None
        if self._head_since is None or self.transport is None:
            return
        waited = asyncio.get_running_loop().time() - self._head_since
        if waited < self._patience.head:
            self._look_in(self._patience.head - waited)
            return
        if self._head:
            request = salvaged(self._head)
            overdue = head_overdue(self._patience.head)
            self.transport.write(self._refuse(self, request, overdue))
        self.force_close()

    def _respond_at_once(self, error: Exception) -> None:
        if self.transport is not None and not self._is_answering:
            self.transport.write(self._page(error))
        self._break_off_the_upload()
        self.force_close()

    def _page(self, error: BaseException) -> bytes:
        request = salvaged(self._head)
        return self._refuse(self, request, refusal_of(error, request, self._head))


def _another_protocol_refused(protocol: str) -> _ErrInfo:
    """aiohttp's entry in its queue for a request that cannot be parsed."""
    return _ErrInfo(status=505, exc=AnotherProtocolError(protocol), message="")


class _Refused(Sent):
    """A complete response message."""

    def __init__(self, message: bytes) -> None:
        super().__init__(keeps_alive=False)
        self._message = message

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        await request.writer.write(self._message)
        return None
