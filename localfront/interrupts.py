"""Ctrl-C while the command's modules are imported: the end, without a traceback of imports.

Importing takes half a second, and no command could catch anything before. Nothing changes for programs
that import localfront: their Ctrl-C is theirs.
"""

from __future__ import annotations

import os
import signal
import sys


def end_while_importing() -> None:
    """Let SIGINT end the process, where it is the command that starts; call it before all imports."""
    # Python calls itself `-m` just while it imports what it was told to run.
    name = (sys.argv or [""])[0].rpartition(os.sep)[2]
    if (
        name in ("-m", "localfront")
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    ):
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def raised_from_now_on() -> None:
    """SIGINT is KeyboardInterrupt again, where it was put off."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
