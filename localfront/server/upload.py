"""A viewer's request body as it arrives, and the refusal of a faulty one."""

from __future__ import annotations

from localfront.errors import LocalfrontError
from localfront.exchange.refusal import Refusal


class ViewerGoneError(LocalfrontError):
    """The viewer disconnected, or stopped sending, before its request was complete."""


class ViewerUpload:
    """A request body, of either HTTP version.

    `seconds` is the longest wait for the next bytes. `fault` is the refusal of a faulty body, once
    known; it replaces any other response to the request.
    """

    def __init__(self, *, seconds: float) -> None:
        self.seconds = seconds
        self.read = 0  # bytes so far
        self.fault: Refusal | None = None
