"""Origin headers for the lifetime of a response."""

from __future__ import annotations

from localfront.cache.freshness import (
    http_date,
)

NOW = 1_800_000_000.0
SILENT: list[tuple[str, str]] = []


def control(value: str) -> list[tuple[str, str]]:
    return [("Cache-Control", value)]


def expires_in(seconds: int) -> list[tuple[str, str]]:
    return [("Expires", http_date(NOW + seconds))]
