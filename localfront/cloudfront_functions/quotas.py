"""Quotas of CloudFront Functions, in bytes and seconds.

Source: CloudFront Developer Guide, "Quotas" (CloudFront Functions, CloudFront KeyValueStore),
"Restrictions on CloudFront Functions", "Restrictions on edge functions".
"""

from __future__ import annotations

from localfront.lambda_edge.contract.limits import READ_ONLY_HEADERS, EventType
from localfront.profiles import Profile

KB = 1024
MB = 1024 * KB

MAX_CODE_BYTES = 10 * KB  # FN-015
MEMORY_BYTES = 2 * MB  # FN-015
MAX_PROCESS_BYTES = 512 * MB  # the worker's: scripts, stores and events as text, and the engine
MAX_LOG_BYTES = 10 * KB  # FN-016

# FN-015: a compute utilization of 100 stands for "below 1 ms". This machine is not AWS's, so a run
# is stopped much later: by the engine, or with the whole worker where the engine does not check the
# time (long loops inside its own functions).
FULL_UTILIZATION = 0.001  # seconds of processor time
STOP_AFTER = 0.1  # seconds of processor time
KILL_AFTER = 0.5  # seconds of processor time


def read_only_headers(event: EventType, profile: Profile) -> frozenset[str]:
    """The read-only headers of CloudFront Functions (LH-004, LH-007; table D.1, rows 8 and 9)."""
    if event is EventType.VIEWER_RESPONSE and profile.functions_may_set_content_headers:
        return frozenset({"via", "warning"})
    names = READ_ONLY_HEADERS[event]
    return names if profile.cdn_loop_is_read_only else names - {"cdn-loop"}
