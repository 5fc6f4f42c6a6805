"""Print progress: one line per step, with its duration."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """Progress output for parallel steps; each line starts with the elapsed time."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._one_line_at_a_time = threading.Lock()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Print `name`, and its duration at the end. A failed step prints nothing more."""
        began = time.monotonic()
        self.say(f"{name} ...")
        yield
        self.say(f"{name}: done in {time.monotonic() - began:.1f} s")

    def say(self, text: str) -> None:
        """Print one line, such as `  3.2 s  packages ...`."""
        with self._one_line_at_a_time:
            print_line(f"{time.monotonic() - self._started:6.1f} s  {text}")


def print_line(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()  # a pipe would keep it back until the end
