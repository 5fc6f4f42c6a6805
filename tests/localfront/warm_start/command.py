"""The command `localfront` for tests that start many: a process each, without the second of imports.

pytest-xdist's workers share one server, which their controller starts.

What an interpreter of its own would show, its first imports, its last words and who gets a terminal's
signals, is tested with `python -m localfront`, in `test_start_time.py`, `test_stopping_process.py` and
`test_keys.py`.
"""

from __future__ import annotations

import atexit
import shutil
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

PATIENCE = 60.0  # seconds until it has ended, on a busy machine too
REPOSITORY = Path(__file__).parents[3]
CLIENT = Path(__file__).with_name("client.py")

_shared: dict[str, str] = {}


def localfront(*arguments: str | Path) -> list[str]:
    """The command line that starts `localfront ARGUMENT...`."""
    return [*_start(), *map(str, arguments)]


def _start() -> list[str]:
    if sys.platform != "linux":  # elsewhere a process that forked may not go on
        return [sys.executable, "-m", "localfront"]
    return [sys.executable, "-I", "-S", str(CLIENT), _shared.get("socket") or own_socket()]


def share(path: str) -> None:
    """Use the server that another process has started, at its `own_socket()`."""
    _shared["socket"] = path


@cache
def own_socket() -> str:
    """The socket of a server of this process's own, started at first use."""
    folder = tempfile.mkdtemp(prefix="localfront-")  # its own: a socket's path has to be short
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = f"{folder}/socket"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(64)  # a client that is early waits
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.localfront.warm_start.server", str(listening.fileno())],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            pass_fds=[listening.fileno()],
        )
    atexit.register(_end, server)
    return path


def _end(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    server.stdin.close()
    server.wait(PATIENCE)
