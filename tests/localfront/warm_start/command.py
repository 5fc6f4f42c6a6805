"""The command `localfront` for tests that start many: a process each, without the second of imports.

What an interpreter of its own would show, its first imports and who gets a terminal's signals, is tested
with `python -m localfront`, in `test_start_time.py`, `test_stopping_process.py` and `test_keys.py`.
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

PATIENCE = 60.0  # seconds until it has ended, on a busy machine too
REPOSITORY = Path(__file__).parents[3]
CLIENT = Path(__file__).with_name("client.py")


def localfront(*arguments: str | Path) -> list[str]:
    """The command line that starts `localfront ARGUMENT...`."""
    return [*_start(), *map(str, arguments)]


def _start() -> list[str]:
    if sys.platform != "linux":  # elsewhere a process that forked may not go on
        return [sys.executable, "-m", "localfront"]
    return [sys.executable, "-I", "-S", str(CLIENT), _socket()]


@cache
def _socket() -> str:
    """The server's socket, started at first use."""
    folder = tempfile.mkdtemp(prefix="localfront-")  # its own: a socket's path has to be short
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = f"{folder}/socket"
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.localfront.warm_start.server", path],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    atexit.register(_end, server)
    assert server.stdout is not None
    assert server.stdout.readline() == b"listening\n"
    server.stdout.close()
    return path


def _end(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    server.stdin.close()
    server.wait(PATIENCE)
