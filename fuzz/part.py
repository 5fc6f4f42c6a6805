"""The protocol of a part of the fuzzing."""

from __future__ import annotations

from typing import Protocol

from fuzz.budget import Budget
from fuzz.findings import Findings, Problem


class Part(Protocol):
    """A generator of inputs for one place where localfront reads foreign data."""

    name: str

    def run(self, budget: Budget, findings: Findings, *, seed: int) -> None:
        """Try inputs until the budget is used up. The same seed gives the same inputs."""

    def replay(self, given: bytes) -> Problem | None:
        """Try one input; None if nothing is wrong."""
