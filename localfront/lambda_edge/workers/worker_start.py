"""Start a worker: supervise, confine, then run its program.

    worker_start.py DATA_BYTES MEMORY_BYTES READABLE WRITABLE PROGRAM ARGUMENT...

READABLE and WRITABLE are paths, one per line. The Python runtime calls `start` for the first four
arguments, and continues in the same process.

Workers run this file directly, isolated (-I), so it imports nothing of localfront.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable

if __name__ == "__main__":
    # With -I, Python searches only its own folders.
    sys.path.insert(0, os.environ["LAMBDA_RUNTIME_DIR"])

import confinement
import supervisor
import system_calls

_LOW = 3  # behind standard input, output and error


def start(arguments: list[str]) -> list[str]:
    """Supervise and confine this process; return the rest of the arguments."""
    data_bytes, memory_bytes, readable, writable, *rest = arguments
    owner = os.getppid()
    # Verified: the supervisor will signal all processes, and must reach only its own.
    is_within = (
        supervisor.can_signal(owner)
        and confinement.keep_signals_within()
        and not supervisor.can_signal(owner)
    )
    channel = int(os.environ["LOCALFRONT_CHANNEL"])
    supervisor.supervise(int(memory_bytes), signals_stay_within=is_within, channel=channel)
    own = f"/proc/{os.getpid()}"
    confinement.confine(
        int(data_bytes),
        readable=[*readable.splitlines(), own],
        writable=writable.splitlines(),
    )
    os.environ["LD_LIBRARY_PATH"] = _library_path()
    system_calls.refuse_some(supervisor=os.getppid(), landlock=confinement.landlock_version())
    return rest


def bell() -> Callable[[], object] | None:
    """Waits for the bell (see `bell`); None if this worker has none."""
    given = os.environ.pop("LOCALFRONT_BELL", None)
    if given is None:
        return None
    os.set_inheritable(int(given), False)
    waiting = select.epoll.fromfd(int(given))
    return lambda: waiting.poll(-1, 1)


def _library_path() -> str:
    """LD_LIBRARY_PATH as on Lambda, without the system's folders.

    It is set only in the confined process: earlier, the loader could load a function's library into
    an unconfined one. It affects Node.js; Python is already running and only exposes it.
    """
    runtime, code = os.environ["LAMBDA_RUNTIME_DIR"], os.environ["LAMBDA_TASK_ROOT"]
    return ":".join((runtime, f"{runtime}/lib", code, f"{code}/lib"))


def _lower_channel() -> None:
    """Give the channel a descriptor below 16: Node.js's child processes do not inherit those."""
    channel = int(os.environ["LOCALFRONT_CHANNEL"])
    if channel != _LOW:
        os.dup2(channel, _LOW)
        os.close(channel)
        os.environ["LOCALFRONT_CHANNEL"] = str(_LOW)


if __name__ == "__main__":
    program = start(sys.argv[1:])
    _lower_channel()
    os.execv(program[0], program)  # noqa: S606 - no shell is wanted
