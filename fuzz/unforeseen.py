"""An unexpected error of localfront, as its error page and its log describe it."""

from __future__ import annotations

import re

from fuzz.findings import Problem

# "localfront failed because of an internal error: KeyError at service.py:12 in handle (…)."
SAID = re.compile(
    r"because of an internal error: (\w+) at ([\w.]+)(?::\d+ in (?:&lt;|<)?(\w+))?[^\n]*"
)


def unforeseen(text: str) -> Problem | None:
    """The errors in a text.

    Two errors raised in the same function count as one, whatever the line.
    """
    match = SAID.search(text)
    if match is None:
        return None
    error, file, function = match.groups()
    return Problem(f"unforeseen: {error} ({file} in {function})", match[0][:300])
