"""Rate limits against HTTP/2 abuse: frames that cost work and yield no response.

They cover streams reset as soon as they are opened (rapid reset, CVE-2023-44487), and frames
without content that still have to be processed: PING, SETTINGS, PRIORITY, empty DATA (CVE-2019-9512
to 9518). Each kind has a token bucket; a browser that leaves a page while it loads stays far below
it. h2 itself limits endless and large header blocks.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Allowance:
    """A token bucket: `most` at once, refilled by `each_second`."""

    def __init__(
        self, most: float, each_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = self._left = most
        self._each_second = each_second
        self._clock = clock
        self._seen = clock()

    def take(self) -> bool:
        """Take one token. Returns whether there was one."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._seen) * self._each_second)
        self._seen = now
        self._left -= 1
        return self._left >= 0


def of_resets() -> Allowance:
    return Allowance(300, 30)


def of_idle_frames() -> Allowance:
    return Allowance(1_000, 100)
