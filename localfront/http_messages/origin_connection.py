"""The identity of an origin connection, for removing its objects from the cache."""

from __future__ import annotations

from collections.abc import Callable


class OriginConnection:
    """Identifies an origin connection in its responses.

    HTTP/1.1 matches responses to requests only by order. Once an origin has sent surplus bytes,
    none of its responses on that connection can be trusted to belong to its request (RFC 9112,
    6.3): the connection is out of step.
    """

    __slots__ = ("_keepers", "is_out_of_step")

    def __init__(self) -> None:
        self.is_out_of_step = False
        self._keepers: set[Callable[[OriginConnection], object]] = set()

    def when_out_of_step(self, forget: Callable[[OriginConnection], object]) -> None:
        """Register a callback for when the connection falls out of step; called once."""
        self._keepers.add(forget)

    def fell_out_of_step(self) -> None:
        self.is_out_of_step = True
        keepers, self._keepers = self._keepers, set()
        for forget in keepers:
            forget(self)
