"""Requests that begin as soon as their head has arrived, before the connection's task runs.

A known head needs no parsing, and its response usually waits only for a function: it is sent as soon
as that has ended, without a task. The connection's task takes over in all other cases: bytes that
arrive meanwhile, which may be the next requests; a response that needs several writes, or can't be
sent; the end of the server.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.http import StreamWriter
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader

from localfront.exchange.eager import Eager
from localfront.http_messages.bodies import Body
from localfront.http_messages.messages import Request
from localfront.server.at_once import AtOnce, Responding, sent
from localfront.server.bodiless_requests import BodilessRequests
from localfront.server.delivery import OutgoingResponse
from localfront.server.http_reading import NOBODY
from localfront.server.repeated_heads import RepeatedHead


@dataclass(slots=True)
class BegunRequest:
    """A request under way, since its head was complete (`time.perf_counter`)."""

    head: RepeatedHead
    since: float
    response: Eager[OutgoingResponse]
    is_the_tasks: bool = False

    async def rest(self, _request: Request, _body: Body) -> OutgoingResponse:
        """The handler that continues the request."""
        return await self.response.wait()


class BegunRequests(BodilessRequests):
    """A viewer's connection, with at most one request ahead of its task."""

    def __init__(self, server: web.Server, *, at_once: AtOnce, **options: Any) -> None:
        super().__init__(server, **options)
        self.peer = NOBODY
        self._at_once = at_once
        self._begun: BegunRequest | None = None

    def connection_lost(self, exc: BaseException | None) -> None:
        """The viewer has disconnected: its request continues, and is logged."""
        begun, make, handler = self._begun, self._request_factory, self._request_handler
        task = self._task_handler
        if begun is not None and make is not None and handler is not None and task is not None:
            begun.is_the_tasks = True
            writer = StreamWriter(self, self._loop)
            request = make(begun.head.message, EMPTY_PAYLOAD, self, writer, task)
            self._at_once.unheard(handler(request))
        super().connection_lost(exc)

    def begins(self, upload: StreamReader) -> None:
        """Note that a request is being answered; further bytes are its body or pipelined requests."""

    def ends(self) -> None:
        """Note that the request has been answered."""

    def hand_to_the_task(self) -> None:
        """Pass the request under way to the task, in its place in the queue."""
        begun = self._begun
        if begun is not None and not begun.is_the_tasks:
            begun.is_the_tasks = True
            self._queue(begun.head.message)

    def take_begun(self) -> BegunRequest | None:
        """The request under way, if any, which the task answers from now on."""
        begun, self._begun = self._begun, None
        return begun

    def _is_taken_at_once(self, head: RepeatedHead) -> bool:
        """Answer or begin a request; False if it needs the task, which then sees it unchanged."""
        transport, since = self._open_transport(), time.perf_counter()
        if transport is None:
            return False
        response = self._at_once.respond(head, self.peer)
        if isinstance(response, OutgoingResponse):
            self.begins(EMPTY_PAYLOAD)
            is_sent = sent(response, transport, received=head.size, since=since)
            self.ends()
            self._set_time_out()
            return is_sent
        if response is not None:
            self._begin(head, response, since)
        return response is not None

    def _begin(self, head: RepeatedHead, responding: Responding, since: float) -> None:
        self.begins(EMPTY_PAYLOAD)
        self._at_once.under_way.begins(self)
        self._begun = BegunRequest(head, since, Eager(responding, self._begun_ended))
        self._begun.response.begin()

    def _begun_ended(self) -> None:
        begun = self._begun
        if begun is None or begun.is_the_tasks:
            return
        if not self._responds(begun):
            self.hand_to_the_task()
            return
        self._begun = None
        self._at_once.under_way.ends(self)
        self.ends()
        self._set_time_out()

    def _responds(self, begun: BegunRequest) -> bool:
        transport = self._open_transport()
        if transport is None:
            return False
        try:
            response = begun.response.result()
        except (Exception, asyncio.CancelledError):  # raised in the task again, which answers it
            return False
        return sent(response, transport, received=begun.head.size, since=begun.since)

    def _open_transport(self) -> asyncio.WriteTransport | None:
        """The transport, if it accepts writes and the connection stays open."""
        transport = self.transport
        if transport is None or transport.is_closing() or self.writing_paused:
            return None
        return None if self._at_once.under_way.is_last else transport

    def _process_keepalive(self) -> None:
        if self._begun is None:
            super()._process_keepalive()
        else:  # nobody is idle
            self._keepalive_handle = None
            self._set_time_out()
