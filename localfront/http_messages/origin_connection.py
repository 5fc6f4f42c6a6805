"""The identity of an origin connection, by which a cache removes what came over it."""

from __future__ import annotations

from collections.abc import Callable


class OriginConnection:
    """Identifies one origin connection in the responses that came over it.

    HTTP/1.1 has no number that tells which request an answer is to; it is the order alone. Once an
    origin has sent bytes that nobody asked for, none of its answers on that connection is sure to
    belong to its request (RFC 9112, 6.3): it is out of step.
    """

    __slots__ = ("_keepers", "is_out_of_step")

    def __init__(self) -> None:
        self.is_out_of_step = False
        self._keepers: set[Callable[[OriginConnection], object]] = set()

    def when_out_of_step(self, forget: Callable[[OriginConnection], object]) -> None:
        """Register a callback for when the connection falls out of step; each is called once."""
        self._keepers.add(forget)

    def fell_out_of_step(self) -> None:
        self.is_out_of_step = True
        keepers, self._keepers = self._keepers, set()
        for forget in keepers:
            forget(self)
