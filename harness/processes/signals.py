"""Clean shutdown on Ctrl-C, SIGTERM, a closed terminal or the parent's end."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import FrameType
from typing import TypeVar

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOKS_FOR_PARENT_EVERY = 0.5  # seconds
T = TypeVar("T")


class _Held:
    """How many blocks of the main thread hold signals back, and whether one came meanwhile."""

    blocks = 0
    came = False


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


@contextmanager
def held_back() -> Iterator[None]:
    """Let a signal wait until the block is left: what it takes is noted down by then.

    Python raises KeyboardInterrupt between any two steps, also between the start of a process and
    the assignment of its number. In other threads nothing is raised, nor held back.
    """
    if not _is_raised_here():
        yield
        return
    before = _Held.blocks
    _Held.blocks = before + 1
    try:
        yield
    finally:
        _Held.blocks = before
        _raise_what_came()


def giving_back(body: Callable[[ExitStack], T]) -> T:
    """Run `body`, then give back what it has taken with `taken`, however it ends.

    A `with` block has gaps for a signal before its first step and after its last. Here signals
    are raised in the body alone: when it has ended, there is nothing left to interrupt.
    """
    ending = ExitStack()
    if not _is_raised_here():
        with ending:
            return body(ending)
    with held_back():
        held = _Held.blocks
        ending.callback(_forget_what_came)
        try:
            try:
                _Held.blocks = 0
                _raise_what_came()
                result = body(ending)
            finally:  # cut short by the first signal alone, and there is no second
                _Held.blocks = held
        finally:
            ending.__exit__(*sys.exc_info())
    return result


def taken(ending: ExitStack, manager: AbstractContextManager[T]) -> T:
    """Enter `manager` so that whatever it takes is given back by `ending`, in any case."""
    with held_back():
        return ending.enter_context(manager)


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


def _is_raised_here() -> bool:
    return threading.current_thread() is threading.main_thread()


def _forget_what_came() -> None:
    _Held.came = False


def _raise_what_came() -> None:
    if _Held.came and not _Held.blocks:
        _Held.came = False
        ignore_from_now_on()
        raise KeyboardInterrupt


def _interrupt(number: int, frame: FrameType | None) -> None:
    if _Held.blocks:
        _Held.came = True
        return
    ignore_from_now_on()
    raise KeyboardInterrupt
