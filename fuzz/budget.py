"""The budget of a part: a number of inputs, a time in seconds, or both."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Budget:
    """A budget; None is no limit. The part ends at whichever limit it reaches first."""

    inputs: int | None = None
    seconds: float | None = None
    used: int = 0
    began: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Start the time."""
        self.began = time.monotonic()

    def take(self, wanted: int) -> int:
        """The number of inputs, at most `wanted`, to try now; 0 when the budget is used up."""
        if self.seconds is not None and time.monotonic() - self.began >= self.seconds:
            return 0
        left = wanted if self.inputs is None else min(wanted, self.inputs - self.used)
        self.used += left
        return left

    def give_back(self, number: int) -> None:
        """Return this many taken inputs that were not tried."""
        self.used -= number
