"""Rate limits against HTTP/2 abuse: frames that ask for work and take no response.

Streams that are reset as soon as they are opened (rapid reset, CVE-2023-44487), and frames that have to
be answered or looked at and carry nothing: PING, SETTINGS, PRIORITY, empty DATA (CVE-2019-9512 to
9518). Each kind has an allowance that fills up again with time; a page that is left in the middle of
loading stays far below it. Header blocks without end and large ones are h2's own limits.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Allowance:
    """`most` at once, and `each_second` more."""

    def __init__(
        self, most: float, each_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = self._left = most
        self._each_second = each_second
        self._clock = clock
        self._seen = clock()

    def take(self) -> bool:
        """Whether there was one left."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._seen) * self._each_second)
        self._seen = now
        self._left -= 1
        return self._left >= 0


def of_resets() -> Allowance:
    return Allowance(300, 30)


def of_idle_frames() -> Allowance:
    return Allowance(1_000, 100)
