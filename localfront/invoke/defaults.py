"""Default settings of a function run without a distribution."""

from __future__ import annotations

DEFAULT_NAME = "edge-function"
DEFAULT_TIMEOUT = 5.0  # seconds
DEFAULT_MEMORY = 128  # MB
