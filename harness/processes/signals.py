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
    """The number of main-thread blocks that defer signals, and whether one has arrived."""

    blocks = 0
    came = False


@contextmanager
def raised_as_interrupt() -> Iterator[None]:
    """Turn the first of the ENDING signals into KeyboardInterrupt and ignore the next ones.

    A second one would interrupt the clean-up. SIGHUP stays ignored under nohup. SIGINT does not,
    although a shell ignores it for background commands of a script: it was sent on purpose.
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
    """Defer signals until the block ends, so that what it acquires has been recorded.

    Python can raise KeyboardInterrupt between any two steps, also between the start of a process
    and the assignment of its pid. Other threads are not affected.
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
        _raise_deferred()


def giving_back(body: Callable[[ExitStack], T]) -> T:
    """Run `body`, then release what it has acquired with `taken`, however it ends.

    A `with` block has gaps before its first step and after its last one in which a signal can
    arrive. Here signals are raised only in the body: after it, there is nothing left to interrupt.
    """
    ending = ExitStack()
    if not _is_raised_here():
        with ending:
            return body(ending)
    with held_back():
        held = _Held.blocks
        ending.callback(_forget_deferred)
        try:
            try:
                _Held.blocks = 0
                _raise_deferred()
                result = body(ending)
            finally:  # only the first signal can interrupt this; later ones are ignored
                _Held.blocks = held
        finally:
            ending.__exit__(*sys.exc_info())
    return result


def taken(ending: ExitStack, manager: AbstractContextManager[T]) -> T:
    """Enter `manager` so that `ending` releases it in any case."""
    with held_back():
        return ending.enter_context(manager)


def ignore_from_now_on() -> None:
    """Ignore all signals except SIGKILL from here on, such as during clean-up.

    `raised_as_interrupt` restores the earlier handlers.
    """
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def end_with_parent() -> None:
    """Send ourselves SIGTERM once the parent process is gone.

    A nox that is killed does not stop its commands.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOKS_FOR_PARENT_EVERY)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()


def _is_raised_here() -> bool:
    return threading.current_thread() is threading.main_thread()


def _forget_deferred() -> None:
    _Held.came = False


def _raise_deferred() -> None:
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
