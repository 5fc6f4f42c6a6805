"""Answer requests that need no wait as soon as they arrive, without a task or parsing."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Coroutine
from typing import Any, Protocol

from aiohttp import web

from localfront.http_messages.head_memo import HeadMemo
from localfront.http_messages.messages import Request
from localfront.logs.unforeseen_errors import TRACEBACKS
from localfront.server.delivery import Delivery, OutgoingResponse
from localfront.server.http_reading import Peer
from localfront.server.http_transaction import report_delivery
from localfront.server.http_writing import ONE_PACKET, UnsendableError, whole_message
from localfront.server.repeated_heads import RepeatedHead, RepeatedHeads
from localfront.server.stopping import UnderWay

LOG = logging.getLogger("localfront")
Responding = Coroutine[Any, Any, OutgoingResponse]


class RespondAtOnce(Protocol):
    """A handler that does not wait, or begins without a task."""

    def __call__(
        self, request: Request, *, head: HeadMemo, max_bytes: int
    ) -> OutgoingResponse | Responding | None:
        """The response, or a coroutine for it, which requests a task if it needs one.

        `head` is the same object each time the same head arrives, until it is evicted. None,
        without side effects, if it can't decide without waiting.
        """


def never(request: Request, *, head: HeadMemo, max_bytes: int) -> None:
    """A handler that always waits."""


class AtOnce:
    """Answers requests with known heads, if the handler can."""

    def __init__(self, respond: RespondAtOnce, under_way: UnderWay) -> None:
        self._respond = respond
        self._unheard: set[asyncio.Future[web.StreamResponse]] = set()
        self.under_way = under_way
        self.heads = RepeatedHeads()

    def respond(self, head: RepeatedHead, peer: Peer) -> OutgoingResponse | Responding | None:
        try:
            return self._respond(head.request_from(peer), head=head.known, max_bytes=ONE_PACKET)
        except Exception as error:  # the last resort: the handler that waits responds
            LOG.error("a request is handled in its own task: %s", TRACEBACKS.keep(error))
            return None

    def unheard(self, responding: Awaitable[web.StreamResponse]) -> None:
        """Continue a request whose viewer has disconnected."""
        task = asyncio.ensure_future(responding)
        self._unheard.add(task)
        task.add_done_callback(self._unheard.discard)


def sent(
    outgoing: OutgoingResponse, transport: asyncio.WriteTransport, *, received: int, since: float
) -> bool:
    """Send the response and report its delivery, with the bytes of the request's head.

    False, without side effects, for one that takes more than one write, or can't be sent.
    """
    body = outgoing.response.body
    if not isinstance(body, bytes) or len(body) > ONE_PACKET or outgoing.response.websocket:
        return False
    try:
        message, keeps_alive = whole_message(outgoing.response)
    except UnsendableError:
        return False
    first_byte = time.perf_counter() - since
    transport.write(message)
    if outgoing.delivered is not None:
        delivery = Delivery(
            seconds=time.perf_counter() - since,
            seconds_to_first_byte=first_byte,
            bytes_received=received,
            bytes_sent=len(message),
            aborted="during the response" if transport.is_closing() else "",
        )
        report_delivery(outgoing, delivery)
    if not keeps_alive:
        transport.close()
    return True
