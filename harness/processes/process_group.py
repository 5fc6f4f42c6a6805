"""End a process group: with a signal first, then with SIGKILL."""

import os
import signal
import subprocess
import time
from contextlib import suppress

GRACE = 10  # seconds that a child has to end by itself
GRACE_WITHOUT_LEADER = 2  # seconds that the rest of its group has after that
NO_SIGNAL = 0  # only checks whether a process is left


def end_group(
    process: "subprocess.Popen[str]",
    *,
    first: signal.Signals = signal.SIGTERM,
    grace: float | None = None,
) -> None:
    """Send the group the signal `first`, and after a while SIGKILL.

    `grace` is the seconds that its leader has; None: GRACE. Ctrl-C sends SIGKILL at once.
    """
    try:
        signal_group(process.pid, first)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE if grace is None else grace)
        deadline = time.monotonic() + GRACE_WITHOUT_LEADER
        while signal_group(process.pid, NO_SIGNAL) and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        signal_group(process.pid, signal.SIGKILL)
        process.wait()


def signal_group(leader: int, number: int) -> bool:
    """Signal a group. Returns whether it still has processes."""
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):
        return False  # macOS says PermissionError when only zombies are left
    return True
