"""The clock, passed in as a function, and formats of time."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the time, with a time zone."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def unix_seconds(at: datetime) -> int:
    """Unix time in whole seconds, rounded down."""
    return int(at.timestamp() // 1)


def iso_utc(at: datetime) -> str:
    """`2026-11-23T19:24:05Z`: ISO 8601, UTC, whole seconds (rounded down)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_unix(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
