"""A process group, ended: asked first, and made to in the end."""

import os
import signal
import subprocess
import time
from contextlib import suppress

GRACE = 10  # seconds that a child has to end by itself
GRACE_WITHOUT_LEADER = 2  # seconds that the rest of its group has after that
NO_SIGNAL = 0  # only asks whether there is anybody


def end_group(
    process: "subprocess.Popen[str]",
    *,
    first: signal.Signals = signal.SIGTERM,
    grace: float | None = None,
) -> None:
    """Ask the whole group to end, with the signal `first`, and in the end make it.

    `grace` is the seconds that its leader has; None: GRACE. Ctrl-C makes an end of it at once.
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
    """Return whether anybody is left in the group to get the signal."""
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):
        return False  # macOS says PermissionError when only zombies are left
    return True
