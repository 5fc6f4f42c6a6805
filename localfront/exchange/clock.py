"""The clock, which tests replace."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    def __call__(self) -> float:
        """Unix seconds."""
