"""Let a debugger attach to this worker: debugpy listens, on this machine alone.

Workers run this file by itself, once they are confined, so it imports nothing of localfront.
"""

from __future__ import annotations

import os
import sys

_UNCHECKED = "PYDEVD_DISABLE_FILE_VALIDATION"  # frozen modules have no files, which is no fault


def listen(packages: str, port: str, waits: str) -> None:
    """`packages` is a folder with debugpy alone; with `waits`, go on when a client has attached."""
    os.environ[_UNCHECKED] = "1"
    sys.path.append(packages)
    import debugpy

    debugpy.configure(subProcess=False)
    # Otherwise another process listens, which the worker may not start everywhere.
    debugpy.listen(("127.0.0.1", int(port)), in_process_debug_adapter=True)
    del os.environ[_UNCHECKED]
    if waits:
        debugpy.wait_for_client()
