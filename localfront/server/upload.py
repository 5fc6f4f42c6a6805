"""A viewer's request body on its way, and what the viewer did wrong with it."""

from __future__ import annotations

from localfront.errors import LocalfrontError
from localfront.exchange.refusal import Refusal


class ViewerGoneError(LocalfrontError):
    """The viewer left before its request was complete, or stopped, or sent no more of it."""


class ViewerUpload:
    """What both versions of HTTP have in common.

    `seconds` is how long it may take to the next bytes. `fault` is what the viewer did wrong, once
    that is known: whatever became of the request then, this is its answer.
    """

    def __init__(self, *, seconds: float) -> None:
        self.seconds = seconds
        self.read = 0  # bytes so far
        self.fault: Refusal | None = None
