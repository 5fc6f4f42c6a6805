"""Patterns in which `*` matches 0 or more characters and `?` exactly 1.

Path patterns (RT-002, RT-006) and bucket policies use them. They match the whole text.
"""

from __future__ import annotations

import re
from functools import lru_cache


def fits(pattern: str, text: str) -> bool:
    """Whether the pattern matches the whole text; in time proportional to their product."""
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression.

    With atomic groups, as the first match of a part is as good as any later one: a hostile text
    cannot cause backtracking.
    """
    pieces = [
        "".join("." if c == "?" else re.escape(c) for c in piece) for piece in pattern.split("*")
    ]
    if len(pieces) == 1:
        return re.compile(pieces[0], re.DOTALL)
    between = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1])
    return re.compile(f"{pieces[0]}{between}.*{pieces[-1]}", re.DOTALL)
