"""Shrink failing bytes to fewer that fail in the same way.

Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002): cut out
ever smaller pieces as long as the rest still fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable

MOST_TRIES = 300


def shrunk(
    data: bytes,
    fails: Callable[[bytes], bool],
    *,
    tries: int = MOST_TRIES,
    seconds: float = 60.0,
) -> bytes:
    """The shortest failing bytes found.

    `fails` is called at most `tries` times within the seconds.
    """
    deadline = time.monotonic() + seconds
    size = max(1, len(data) // 2)
    while size:
        at = 0
        while at < len(data):
            if tries <= 0 or time.monotonic() >= deadline:
                return data
            shorter = data[:at] + data[at + size :]
            tries -= 1
            if fails(shorter):
                data = shorter
            else:
                at += size
        size //= 2
    return data
