"""Delivery metrics of a response: times and sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from localfront.http_messages.messages import Response
from localfront.http_messages.values import value

Aborted = Literal["", "before the response", "during the response"]


@value(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Times in seconds since the request's head was complete, sizes in bytes including heads.

    `aborted` is set when the viewer disconnected, and says when.
    """

    seconds: float
    seconds_to_first_byte: float
    bytes_received: int
    bytes_sent: int
    aborted: Aborted


@value(frozen=True, slots=True)
class OutgoingResponse:
    """A response, and a callback that gets its delivery metrics."""

    response: Response
    delivered: Callable[[Delivery], None] | None = None
