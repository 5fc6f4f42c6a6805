"""How long a part of the fuzzing goes on: for a number of inputs, for some seconds, or both."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Budget:
    """None is no limit; what is reached first ends it."""

    inputs: int | None = None
    seconds: float | None = None
    used: int = 0
    began: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """The seconds count from now."""
        self.began = time.monotonic()

    def take(self, wanted: int) -> int:
        """How many of `wanted` inputs may be tried now; 0 when it is used up."""
        if self.seconds is not None and time.monotonic() - self.began >= self.seconds:
            return 0
        left = wanted if self.inputs is None else min(wanted, self.inputs - self.used)
        self.used += left
        return left

    def give_back(self, number: int) -> None:
        """Of what was taken, so many were not tried."""
        self.used -= number
