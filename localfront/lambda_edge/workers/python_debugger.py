"""Let a debugger attach to this worker: debugpy listens, on this machine alone. Or pdb asks at a terminal.

Workers run this file by itself, so it imports nothing of localfront.
"""

from __future__ import annotations

import os
import sys

_UNCHECKED = "PYDEVD_DISABLE_FILE_VALIDATION"  # frozen modules have no files, which is no fault


def open_terminal(device: str) -> int:
    """To be called before the worker is confined, which keeps what is open."""
    return os.open(device, os.O_RDWR | os.O_NOCTTY)


def ask_at(terminal: int) -> None:
    """Let `breakpoint()` ask there."""

    def stop(*_: object, **__: object) -> None:
        import pdb

        asking, telling = open(terminal, closefd=False), open(terminal, "w", closefd=False)  # noqa: SIM115 - of a descriptor, and open as long as pdb steps
        pdb.Pdb(stdin=asking, stdout=telling, nosigint=True).set_trace(sys._getframe(1))

    sys.breakpointhook = stop


def listen(packages: str, port: str, waits: str) -> None:
    """`packages` is a folder with debugpy alone; with `waits`, go on when a client has attached."""
    os.environ[_UNCHECKED] = "1"
    sys.path.append(packages)
    import debugpy

    debugpy.configure(subProcess=False)
    # Otherwise another process listens, which the worker may not start everywhere.
    debugpy.listen(("127.0.0.1", int(port)), in_process_debug_adapter=True)
    del os.environ[_UNCHECKED]
    sys.breakpointhook = debugpy.breakpoint
    if waits:
        debugpy.wait_for_client()
