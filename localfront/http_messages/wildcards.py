"""Patterns in which `*` is 0 or more characters and `?` exactly 1, over the whole text.

Path patterns of behaviors (RT-002, RT-006) and names in bucket policies are of this kind.
"""

from __future__ import annotations

import re
from functools import lru_cache


def fits(pattern: str, text: str) -> bool:
    """Whether the pattern covers all of the text. Takes no longer than pattern times text."""
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Atomic groups: the first place where a piece fits is as good as any later one, so a
    hostile text can't make the search go back and forth.
    """
    pieces = [
        "".join("." if c == "?" else re.escape(c) for c in piece) for piece in pattern.split("*")
    ]
    if len(pieces) == 1:
        return re.compile(pieces[0], re.DOTALL)
    between = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1])
    return re.compile(f"{pieces[0]}{between}.*{pieces[-1]}", re.DOTALL)
