"""Ctrl-C during imports: end without a traceback.

Importing takes half a second, before any command could catch KeyboardInterrupt. Programs that
import localfront are not affected.
"""

from __future__ import annotations

import os
import signal
import sys


def end_while_importing() -> None:
    """Let SIGINT end the process, if it is the command that starts; call before all imports."""
    # Python sets argv[0] to `-m` while it imports the module to run.
    name = (sys.argv or [""])[0].rpartition(os.sep)[2]
    if (
        name in ("-m", "localfront")
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    ):
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def restore_keyboard_interrupt() -> None:
    """Make SIGINT raise KeyboardInterrupt again."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
