"""Single-key commands while a command runs in a terminal's foreground.

Keys are not echoed and need no Enter; Ctrl-C and Ctrl-Z work as usual. However the command ends or
stops, it restores the terminal's modes, which not every shell does by itself.

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

AT_ONCE = 4  # keys at once; more were pasted, and are ignored
ESCAPE = "\x1b"  # starts arrow keys, and the terminal's replies to queries
LEAVING = (signal.SIGTSTP, signal.SIGQUIT, signal.SIGHUP)
LOCAL_MODES = 3  # index in tcgetattr's result
KEYBOARD = 0  # standard input


def is_available() -> bool:
    """Whether standard input and error are a terminal whose modes can be set."""
    try:
        import termios  # noqa: F401 -- missing on some systems
    except ImportError:
        return False
    return os.isatty(KEYBOARD) and sys.stderr.isatty()


class Keyboard:
    """A context manager in a running loop; calls `pressed` with each key.

    Idle in the background.
    """

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
        """Switch to single keys; again after SIGSTOP, which cannot be caught."""
        import termios

        if not _in_foreground():
            self._loop.remove_reader(KEYBOARD)
            self._before = None  # the foreground process has modes of its own
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
        with contextlib.suppress(OSError, termios.error):  # such as a closed window
            termios.tcsetattr(KEYBOARD, termios.TCSANOW, before)

    def _leave(self, number: signal.Signals) -> None:
        """Restore the terminal, then stop or end by the signal; may return later."""
        self._give_back()
        self._loop.remove_signal_handler(number)
        signal.raise_signal(number)
        self._loop.add_signal_handler(number, self._leave, number)
        self._take()

    def _read(self) -> None:
        if not _in_foreground():
            self._loop.remove_reader(KEYBOARD)  # reading would stop us
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
    """The keys pressed one by one; pasted text and arrow keys are ignored."""
    keys = typed.decode("ascii", "replace")
    return "" if ESCAPE in keys or len(keys) > AT_ONCE else keys


def _in_foreground() -> bool:
    """Whether this is the foreground process; the terminal stops others that touch it."""
    try:
        return os.tcgetpgrp(KEYBOARD) == os.getpgrp()
    except OSError:
        return False
