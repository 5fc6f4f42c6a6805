"""One request and its response on a stream, always completed: `Transaction` for HTTP/2."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Protocol

from localfront.errors import OriginError
from localfront.http_messages.bodies import Body, close
from localfront.http_messages.messages import Request
from localfront.logs.unforeseen_errors import TRACEBACKS
from localfront.responses.own_responses import unforeseen, unsendable
from localfront.server.delivery import Aborted, Delivery, OutgoingResponse
from localfront.server.http2_messages import Lines, response_lines
from localfront.server.http2_upload import Http2Upload
from localfront.server.http_transaction import Handler, Refuse, report_delivery
from localfront.server.http_writing import UnsendableError
from localfront.server.malformed_requests import upload_malformed
from localfront.server.upload import ViewerGoneError

LOG = logging.getLogger("localfront")


class StreamWriter(Protocol):
    """Writes a stream's frames. All methods raise ConnectionError once the stream is closed."""

    def send_head(self, lines: Lines, *, is_last: bool, waits: bool) -> None:
        """Send HEADERS; `waits` holds it back, to go out together with the body."""

    async def send_data(self, data: bytes, *, is_last: bool = False) -> None:
        """Send DATA, as fast as the viewer's windows and the socket allow."""

    def end(self) -> None: ...

    def break_off(self) -> None:
        """Reset the stream, so that the viewer knows the body is incomplete."""


class Http2Exchange:
    """One exchange on a stream. `refusing` answers in place of the handler."""

    def __init__(
        self,
        request: Request,
        upload: Http2Upload | None,
        writer: StreamWriter,
        *,
        received: int,
        refuse: Refuse,
    ) -> None:
        self._request = request
        self._upload = upload
        self._writer = writer
        self._received = received
        self._refuse = refuse
        self._begun = time.perf_counter()
        self._sent = 0
        self._task: asyncio.Task[None] | None = None
        self._is_sending = False
        self.is_gone = False
        self._aborted: Aborted = ""

    def begin(self, handler: Handler, done: Callable[[], None]) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(handler))
        self._task.add_done_callback(lambda _: done())

    def reset(self) -> None:
        """The viewer reset the stream: the handler runs to its end, and nothing more is sent."""
        self.is_gone = True
        if self._upload is not None:
            self._upload.give_up()
        if self._is_sending and self._task is not None:
            self._task.cancel()

    def cut(self) -> None:
        """Cancel it, when the server shuts down."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self, handler: Handler) -> None:
        response = await self._responded(handler)
        first_byte = time.perf_counter() - self._begun
        if self.is_gone:
            self._aborted = "before the response"
            await close(response.response.body)
        else:
            response = await self._delivered(response)
        delivery = Delivery(
            seconds=time.perf_counter() - self._begun,
            seconds_to_first_byte=first_byte,
            bytes_received=self._received + (self._upload.read if self._upload else 0),
            bytes_sent=self._sent,
            aborted=self._aborted,
        )
        report_delivery(response, delivery)

    async def _responded(self, handler: Handler) -> OutgoingResponse:
        try:
            return await handler(self._request, self._upload or b"")
        except ViewerGoneError:
            fault = self._upload.fault if self._upload else None
            return self._refuse(self._request, fault or upload_malformed())
        except Exception as error:  # the last resort
            return self._refuse(self._request, unforeseen(error))

    async def _delivered(self, response: OutgoingResponse) -> OutgoingResponse:
        self._is_sending = True
        try:
            return await self._send(response)
        except (ConnectionError, asyncio.CancelledError):
            self._aborted = "during the response"
        except OriginError as error:  # CA-028
            LOG.warning("%s: the viewer's stream is reset with it", error)
            self._break_off()
        except Exception as error:  # the last resort
            LOG.error("a viewer's stream is reset: %s", TRACEBACKS.keep(error))
            self._break_off()
        finally:
            self._is_sending = False
            await close(response.response.body)
        return response

    async def _send(self, response: OutgoingResponse) -> OutgoingResponse:
        method = self._request.method
        try:
            lines, has_body = response_lines(response.response, method=method)
        except UnsendableError as error:
            await close(response.response.body)
            response = self._refuse(self._request, unsendable(error))
            lines, has_body = response_lines(response.response, method=method)
        body = response.response.body
        self._writer.send_head(lines, is_last=not has_body, waits=isinstance(body, bytes))
        self._sent += sum(len(name) + len(value) for name, value in lines)
        if has_body:
            await self._send_body(body)
        return response

    async def _send_body(self, body: Body) -> None:
        if isinstance(body, bytes):
            await self._writer.send_data(body, is_last=True)
            self._sent += len(body)
            return
        async for piece in body:
            await self._writer.send_data(piece)
            self._sent += len(piece)
        self._writer.end()

    def _break_off(self) -> None:
        with contextlib.suppress(ConnectionError):
            self._writer.break_off()
