"""One request and its response on a connection, always completed."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from localfront.exchange.refusal import Refusal
from localfront.http_messages.bodies import Body, close
from localfront.http_messages.messages import Request
from localfront.logs.unforeseen_errors import TRACEBACKS
from localfront.responses.own_responses import unforeseen, unsendable
from localfront.server.delivery import Aborted, Delivery, OutgoingResponse
from localfront.server.http_reading import (
    Peer,
    Upload,
    read_request,
    received,
)
from localfront.server.http_writing import CLOSES, UnsendableError, write
from localfront.server.malformed_requests import check_request, upload_malformed
from localfront.server.upload import ViewerGoneError

LOG = logging.getLogger("localfront")
Handler = Callable[[Request, Body], Awaitable[OutgoingResponse]]
Refuse = Callable[[Request, Refusal], OutgoingResponse]


class Transaction:
    """One exchange with a viewer; a context manager that reports the delivery on exit.

    `seconds` is the longest pause of a body, `since` when the head was complete (`perf_counter`).
    """

    def __init__(
        self,
        incoming: web.BaseRequest,
        peer: Peer,
        refuse: Refuse,
        *,
        seconds: float,
        since: float,
    ) -> None:
        self._incoming = incoming
        self._refuse = refuse
        self._begun = since
        self._first_byte = 0.0
        self._was_there = self._stayed = False
        self._request = read_request(incoming, peer)
        self._upload: Upload | None = None
        if incoming.body_exists:
            self._upload = Upload(incoming, seconds=seconds)
        self._response: OutgoingResponse | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._response is None or self._response.delivered is None:
            return
        delivery = Delivery(
            seconds=time.perf_counter() - self._begun,
            seconds_to_first_byte=self._first_byte,
            bytes_received=received(self._incoming, self._upload),
            bytes_sent=self._incoming.writer.output_size,
            aborted=self._aborted(),
        )
        report_delivery(self._response, delivery)

    async def respond(self, handler: Handler) -> OutgoingResponse:
        self._response = await self._responded(handler)
        self._first_byte = time.perf_counter() - self._begun
        return self._response

    async def send(self, response: OutgoingResponse, *, last: bool) -> web.StreamResponse:
        """Send the response; `last` announces that the connection closes."""
        self._was_there = not self._is_gone()
        try:
            try:
                outgoing = await write(response.response, self._incoming, last=last)
            except UnsendableError as error:
                outgoing = await self._refused_in_its_place(response, error, last)
        except Exception as error:  # the last resort
            self._cut(error)
            return CLOSES
        self._stayed = not self._is_gone()
        return outgoing

    async def _responded(self, handler: Handler) -> OutgoingResponse:
        refusal = check_request(self._request)
        if refusal is not None:
            return self._refuse(self._request, refusal)
        try:
            body = b"" if self._upload is None else self._upload.at_hand()
            return await handler(self._request, body)
        except ViewerGoneError:
            fault = self._upload.fault if self._upload else None
            return self._refuse(self._request, fault or upload_malformed())
        except Exception as error:  # the last resort
            return self._refuse(self._request, unforeseen(error))

    async def _refused_in_its_place(
        self, outgoing: OutgoingResponse, error: UnsendableError, last: bool
    ) -> web.StreamResponse:
        await close(outgoing.response.body)
        self._response = self._refuse(self._request, unsendable(error))
        return await write(self._response.response, self._incoming, last=last)

    def _cut(self, error: Exception) -> None:
        LOG.error("a viewer's connection is cut: %s", TRACEBACKS.keep(error))
        if self._incoming.transport is not None:
            self._incoming.transport.abort()

    def _is_gone(self) -> bool:
        transport = self._incoming.transport
        return transport is None or transport.is_closing()

    def _aborted(self) -> Aborted:
        if not self._was_there:
            return "before the response"
        return "" if self._stayed else "during the response"


def report_delivery(outgoing: OutgoingResponse, delivery: Delivery) -> None:
    """Report the delivery; an error in the callback must not reach the viewer."""
    if outgoing.delivered is None:
        return
    try:
        outgoing.delivered(delivery)
    except Exception as error:  # the last resort
        LOG.error("a request isn't in the access log: %s", TRACEBACKS.keep(error))
