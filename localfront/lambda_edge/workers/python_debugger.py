"""Debugging of this worker: debugpy listens on loopback, or pdb uses a terminal.

Workers run this file directly, so it imports nothing of localfront.
"""

from __future__ import annotations

import os
import sys
import threading

_UNCHECKED = "PYDEVD_DISABLE_FILE_VALIDATION"  # frozen modules have no files


def open_terminal(device: str) -> int:
    """Open the terminal; call before confinement, after which it stays open."""
    return os.open(device, os.O_RDWR | os.O_NOCTTY)


def ask_at(terminal: int) -> None:
    """Let `breakpoint()` start pdb at the terminal."""

    def stop(*_: object, **__: object) -> None:
        import pdb

        reader, writer = open(terminal, closefd=False), open(terminal, "w", closefd=False)  # noqa: SIM115 - of a descriptor, and open as long as pdb steps
        pdb.Pdb(stdin=reader, stdout=writer, nosigint=True).set_trace(sys._getframe(1))

    sys.breakpointhook = stop


def listen(packages: str, port: str, waits: str) -> None:
    """Start debugpy. `packages` is a folder with only debugpy; with `waits`, wait for a client."""
    os.environ[_UNCHECKED] = "1"
    sys.path.append(packages)
    import debugpy

    debugpy.configure(subProcess=False)
    hook, threading.excepthook = threading.excepthook, _end  # its thread could not listen
    # Otherwise debugpy starts another process, which the confinement may not allow.
    _, listens_at = debugpy.listen(("127.0.0.1", int(port)), in_process_debug_adapter=True)
    threading.excepthook = hook
    sys.stderr.write(f"Debugger listening on 127.0.0.1:{listens_at}\n")
    del os.environ[_UNCHECKED]
    sys.breakpointhook = debugpy.breakpoint
    if waits:
        debugpy.wait_for_client()


def _end(failed: threading.ExceptHookArgs) -> None:
    """End the process: debugpy would wait for ever for a thread that failed."""
    sys.stderr.write(f"The debugger did not start: {failed.exc_value}\n")
    sys.stderr.flush()
    os._exit(1)
