"""Answer what takes no waiting as soon as it is there: without a task, and without reading it anew."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Protocol

from localfront.http_messages.messages import Request
from localfront.logs.unforeseen_errors import TRACEBACKS
from localfront.server.delivery import Delivery, OutgoingResponse
from localfront.server.http_reading import Peer
from localfront.server.http_transaction import tell
from localfront.server.http_writing import ONE_PACKET, whole_message
from localfront.server.repeated_heads import RepeatedHead, RepeatedHeads

LOG = logging.getLogger("localfront")


class AnswerAtOnce(Protocol):
    """A handler that waits for nothing."""

    def __call__(self, request: Request, *, max_bytes: int) -> OutgoingResponse | None:
        """None, and nothing has happened, where it can't tell without waiting."""


def never(request: Request, *, max_bytes: int) -> None:
    """For a handler that always has to wait."""


class AtOnce:
    """Answers requests whose heads came before, where the handler can. `is_last` tells that the
    server takes no more.
    """

    def __init__(self, answer: AnswerAtOnce, is_last: Callable[[], bool]) -> None:
        self._answer = answer
        self._is_last = is_last
        self.heads = RepeatedHeads()

    def sent(self, head: RepeatedHead, peer: Peer, transport: asyncio.WriteTransport) -> bool:
        """Send the response and tell its delivery; False, and nothing has happened, without one."""
        if transport.is_closing() or self._is_last():
            return False
        begun = time.perf_counter()
        request = head.request_from(peer)
        try:
            answer = self._answer(request, max_bytes=ONE_PACKET)
            if answer is None:
                return False
            message, stays = whole_message(answer.response)
        except Exception as error:  # the last resort: the viewer is told by the handler that waits
            LOG.error("a request is answered with a task: %s", TRACEBACKS.keep(error))
            return False
        first_byte = time.perf_counter() - begun
        transport.write(message)
        if answer.delivered is not None:
            delivery = Delivery(
                seconds=time.perf_counter() - begun,
                seconds_to_first_byte=first_byte,
                bytes_received=head.size,
                bytes_sent=len(message),
                aborted="during the response" if transport.is_closing() else "",
            )
            tell(answer, delivery)
        if not stays:
            transport.close()
        return True
