"""What localfront says, on its page and in its log, of an error that nobody foresaw."""

from __future__ import annotations

import re

from fuzz.findings import Problem

# "localfront failed, by a fault of its own: KeyError at service.py:12 in handle (traceback in …)."
SAID = re.compile(r"by a fault of its own: (\w+) at ([\w.]+)(?::\d+ in (?:&lt;|<)?(\w+))?[^\n]*")


def unforeseen(text: str) -> Problem | None:
    """Two that were raised in one function are one fault, whatever the line."""
    said = SAID.search(text)
    if said is None:
        return None
    error, file, function = said.groups()
    return Problem(f"unforeseen: {error} ({file} in {function})", said[0][:300])
