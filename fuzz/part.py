"""What every part of the fuzzing is."""

from __future__ import annotations

from typing import Protocol

from fuzz.budget import Budget
from fuzz.findings import Findings, Problem


class Part(Protocol):
    """Inputs of one place where localfront takes what others say."""

    name: str

    def run(self, budget: Budget, findings: Findings, *, seed: int) -> None:
        """Try inputs until the budget is used up. The same seed tries the same inputs."""

    def replay(self, given: bytes) -> Problem | None:
        """Try one input; None when nothing is wrong."""
