"""Defaults of `localfront serve` that its help names."""

from __future__ import annotations

DEFAULT_WORKERS = 4  # per function
LOOPBACK = "127.0.0.1"
