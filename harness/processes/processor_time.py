"""The processor time of a command and of all processes that it waited for: wait4(2)."""

import os
import subprocess
import time

LOOKS_EVERY = 0.05  # seconds


def spent_by(process: "subprocess.Popen[str]", *, within: float | None = None) -> float:
    """Wait for a process; return its processor time in seconds, 0 if another thread waited for it.

    Raises subprocess.TimeoutExpired if it takes longer than `within` seconds.
    """
    deadline = None if within is None else time.monotonic() + within
    try:
        while True:
            ended, status, usage = os.wait4(process.pid, 0 if deadline is None else os.WNOHANG)
            if ended:
                process.returncode = os.waitstatus_to_exitcode(status)
                return usage.ru_utime + usage.ru_stime
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(process.args, within or 0)
            time.sleep(LOOKS_EVERY)
    except ChildProcessError:
        return 0
