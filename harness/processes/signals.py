"""End tidily when told to: Ctrl-C, a closed terminal, `kill`, or a parent that is gone."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOKS_FOR_PARENT_EVERY = 0.5  # seconds


@contextmanager
def raised_as_interrupt() -> Iterator[None]:
    """Turn the first of the ENDING signals into KeyboardInterrupt and ignore the next.

    The next would hit in the middle of taking everything down. Under nohup, SIGHUP stays
    ignored. SIGINT does not, although a script's shell ignores it for what it runs in
    the background: whoever sends it means it.
    """
    before = {number: signal.getsignal(number) for number in ENDING}
    for number, handler in before.items():
        if number != signal.SIGHUP or handler is not signal.SIG_IGN:
            signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ignore_from_now_on() -> None:
    """Let nothing but SIGKILL disturb what comes next, such as taking everything down.

    `raised_as_interrupt` puts back what was there before.
    """
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def end_with_parent() -> None:
    """Send ourselves SIGTERM once the parent process is gone.

    A nox that is killed does not tell the commands that it runs.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOKS_FOR_PARENT_EVERY)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()


def _interrupt(number: int, frame: FrameType | None) -> None:
    ignore_from_now_on()
    raise KeyboardInterrupt
