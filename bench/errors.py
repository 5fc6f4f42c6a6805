"""What a measurement can't get over."""

from harness.errors import HarnessError


class BenchError(HarnessError):
    """The message is for the person at the terminal: one line, with the way out."""
