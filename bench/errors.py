"""The error that ends a benchmark."""

from harness.errors import HarnessError


class BenchError(HarnessError):
    """A message for the terminal: one line, with the remedy."""
