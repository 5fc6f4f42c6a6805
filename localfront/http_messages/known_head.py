"""What is worked out of a request's head once, and kept with it."""

from __future__ import annotations

from typing import Any


class KnownHead:
    """A note by whoever answers requests with a head, kept where the head is, and forgotten with it.

    `by` is who made it, and `asked` what of: it holds for nobody and nothing else.
    """

    __slots__ = ("asked", "by", "found")

    def __init__(self) -> None:
        self.by: object = None
        self.asked: object = None
        self.found: Any = None

    def note(self, by: object, asked: object, found: Any) -> None:
        self.by, self.asked, self.found = by, asked, found
