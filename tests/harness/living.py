"""Whether processes are alive; a zombie is not."""

import subprocess
import time
from collections.abc import Iterable


def is_alive(process_id: int) -> bool:
    state = subprocess.run(
        ["/bin/ps", "-o", "stat=", "-p", str(process_id)],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")


def are_gone(process_ids: Iterable[int]) -> bool:
    """Whether the processes end soon: a killed process takes a moment."""
    deadline = time.monotonic() + 20
    left = set(process_ids)
    while left and time.monotonic() < deadline:
        left = {process_id for process_id in left if is_alive(process_id)}
        time.sleep(0.02)
    return not left
