"""Answer a connection's requests without a task for each one that has no body.

aiohttp's own loop starts a task for every request, which takes as long as CloudFront's rules for a
cache hit. It takes over at the first upload or upgrade, whose handlers read from the connection.
"""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.http import RawRequestMessage, StreamWriter
from aiohttp.streams import EMPTY_PAYLOAD


class BodilessRequests(web.RequestHandler):
    """A viewer's connection, until the first request with a body."""

    async def start(self) -> None:
        """Serve the connection; aiohttp calls this once."""
        try:
            while not self._force_close:
                if not self._messages:
                    await self._next_message()
                message, payload = self._messages[0]
                if not isinstance(message, RawRequestMessage) or payload is not EMPTY_PAYLOAD:
                    return await super().start()
                if self._upgraded:
                    return await super().start()
                self._take_message()
                if not await self._respond(message):
                    return self._end()
                self._set_time_out()
                if self._messages:
                    await asyncio.sleep(0)  # pipelined requests must not starve other connections
        except asyncio.CancelledError:
            self.force_close()
            raise
        except Exception as error:  # the last resort
            self.log_exception("Unhandled exception", exc_info=error)
            self.force_close()

    async def _next_message(self) -> None:
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _queue(self, message: RawRequestMessage) -> None:
        """Answer a request without a body that needs no parsing."""
        self._messages.append((message, EMPTY_PAYLOAD))
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _take_message(self) -> None:
        self._messages.popleft()
        if self._parser is not None:
            self._parser.message_consumed()
        if self._buffer_paused and len(self._messages) <= self._msg_queue_resume_size:
            self._resume_reading_if_drained()

    async def _respond(self, message: RawRequestMessage) -> bool:
        """Answer one request. Returns whether the connection stays open."""
        make, handler, task = self._request_factory, self._request_handler, self._task_handler
        if make is None or handler is None or task is None:
            return False  # the viewer has left
        request = make(message, EMPTY_PAYLOAD, self, StreamWriter(self, self._loop), task)
        self._request_in_progress = True
        try:
            response = await handler(request)
        finally:
            self._request_in_progress = False
            if self._handler_waiter is not None:  # the server is shutting down
                self._handler_waiter.set_result(None)
        return bool(response.keep_alive) and not self._close and not self._force_close

    def _set_time_out(self) -> None:
        close_time = self._loop.time() + self._keepalive_timeout
        self._next_keepalive_close_time = close_time
        if self._keepalive_handle is None:
            self._keepalive_handle = self._loop.call_at(close_time, self._process_keepalive)

    def _end(self) -> None:
        if not self._force_close:
            self._task_handler = None
            if self.transport is not None:
                self.transport.close()
