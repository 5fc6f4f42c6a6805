"""The terminal's keyboard, a key at a time, while a command runs in the foreground of one.

Keys are not shown and need no Enter; Ctrl-C and Ctrl-Z do what they always do. However the command ends
or stops, the terminal is left as it was found: no shell mends that by itself in every case.

Source: POSIX.1-2024, "General Terminal Interface" (11.1.4 Terminal Access Control, 11.2.5 Local Modes).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

AT_ONCE = 4  # keys; more were pasted, and are no commands
ESCAPE = "\x1b"  # begins what arrow keys send, and what the terminal answers to questions
LEAVING = (signal.SIGTSTP, signal.SIGQUIT, signal.SIGHUP)
LOCAL_MODES = 3  # in what tcgetattr returns
KEYBOARD = 0  # standard input


def somebody_types() -> bool:
    """Whether keys can be pressed, and their answers seen: at a terminal whose modes are known."""
    try:
        import termios  # noqa: F401 -- not on every system
    except ImportError:
        return False
    return os.isatty(KEYBOARD) and sys.stderr.isatty()


class Keyboard:
    """A context, in a running loop: `pressed` gets each key. In the background it listens to none."""

    def __init__(self, pressed: Callable[[str], None]) -> None:
        self._pressed = pressed
        self._loop = asyncio.get_running_loop()
        self._before: list[Any] | None = None

    def __enter__(self) -> Self:
        for number in LEAVING:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup, or a shell without jobs
                self._loop.add_signal_handler(number, self._leave, number)
        self._loop.add_signal_handler(signal.SIGCONT, self._take)
        self._take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number in (*LEAVING, signal.SIGCONT):
            self._loop.remove_signal_handler(number)
        self._give_back()

    def _take(self) -> None:
        """Ask for single keys; at a stop by SIGSTOP, which nobody can catch, once more."""
        import termios

        if not _in_foreground():
            self._loop.remove_reader(KEYBOARD)
            self._before = None  # whose turn it is has modes of its own
            return
        with contextlib.suppress(OSError, termios.error):
            self._before = self._before or termios.tcgetattr(KEYBOARD)
            modes = list(self._before)
            modes[LOCAL_MODES] &= ~(termios.ICANON | termios.ECHO)
            termios.tcsetattr(KEYBOARD, termios.TCSANOW, modes)
            self._loop.add_reader(KEYBOARD, self._read)

    def _give_back(self) -> None:
        import termios

        before, self._before = self._before, None
        self._loop.remove_reader(KEYBOARD)
        if before is None or not _in_foreground():
            return
        with contextlib.suppress(OSError, termios.error):  # such as of a closed window
            termios.tcsetattr(KEYBOARD, termios.TCSANOW, before)

    def _leave(self, number: signal.Signals) -> None:
        """Stop or end as the signal wants it, with the terminal given back; perhaps return later."""
        self._give_back()
        self._loop.remove_signal_handler(number)
        signal.raise_signal(number)
        self._loop.add_signal_handler(number, self._leave, number)
        self._take()

    def _read(self) -> None:
        if not _in_foreground():
            self._loop.remove_reader(KEYBOARD)  # to read would stop us
            return
        try:
            typed = os.read(KEYBOARD, 1024)
        except OSError:
            typed = b""
        if not typed:
            self._loop.remove_reader(KEYBOARD)  # the window is closed
            return
        for key in commands_in(typed):
            self._pressed(key)


def commands_in(typed: bytes) -> str:
    """The keys that were pressed one by one; nothing of what was pasted or came from arrow keys."""
    keys = typed.decode("ascii", "replace")
    return "" if ESCAPE in keys or len(keys) > AT_ONCE else keys


def _in_foreground() -> bool:
    """A process in the background that touches the terminal is stopped by it."""
    try:
        return os.tcgetpgrp(KEYBOARD) == os.getpgrp()
    except OSError:
        return False
