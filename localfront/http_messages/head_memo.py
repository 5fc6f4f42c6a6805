"""A result computed from a request head, stored and evicted together with the head."""

from __future__ import annotations

from typing import Any


class HeadMemo:
    """Memoizes one result for a repeated head. It is valid only for this `owner` and `key`.

    The owner is the object that computed it, so a new configuration's pipeline computes it anew. The
    key is everything of the request that it was computed from.
    """

    __slots__ = ("key", "owner", "result")

    def __init__(self) -> None:
        self.owner: object = None
        self.key: object = None
        self.result: Any = None

    def store(self, owner: object, key: object, result: Any) -> None:
        self.owner, self.key, self.result = owner, key, result
