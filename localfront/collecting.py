"""Python's search for garbage, put off while a command starts: it makes much then and drops nothing.

Else it looks through all that is imported again and again while it is imported, for a tenth of the
time. Nothing changes for programs that import localfront.
"""

from __future__ import annotations

import gc


def put_off() -> None:
    gc.disable()


def from_now_on(*, but_for_all_that_is_there: bool = False) -> None:
    """Look for garbage; what a command imported stays to its end, and need never be looked through."""
    if but_for_all_that_is_there:
        gc.freeze()
    gc.enable()
