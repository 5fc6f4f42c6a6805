"""Request path → cache behavior.

Source: CloudFront Developer Guide, "Cache behavior settings", path pattern (RT-001..007).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from localfront.config import CacheBehavior


@dataclass(frozen=True, slots=True)
class Match:
    """The behavior that serves a request, and the patterns that were tried before it."""

    behavior: CacheBehavior
    passed_over: tuple[str, ...]


def choose(uri: str, behaviors: Sequence[CacheBehavior]) -> Match:
    """The first behavior whose pattern matches the path; the last one is the default.

    The path is normalised for matching alone (RT-007); query string and cookies never
    count (RT-005).
    """
    path = normalize(uri)
    passed_over: list[str] = []
    for behavior in behaviors[:-1]:
        if matches(behavior.path_pattern, path):
            return Match(behavior, tuple(passed_over))
        passed_over.append(behavior.path_pattern)
    return Match(behaviors[-1], tuple(passed_over))


def matches(pattern: str, path: str) -> bool:
    """Whether the whole path matches: `*` is 0 or more characters, `?` exactly 1 (RT-002..006)."""
    return _compiled(pattern).fullmatch(path) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Atomic groups: the first place where a piece fits is as good as any later one, so a
    hostile path can't make the search go back and forth.
    """
    pieces = [
        "".join("." if c == "?" else re.escape(c) for c in piece)
        for piece in ("/" + pattern.removeprefix("/")).split("*")  # RT-004
    ]
    if len(pieces) == 1:
        return re.compile(pieces[0], re.DOTALL)
    between = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1])
    return re.compile(f"{pieces[0]}{between}.*{pieces[-1]}", re.DOTALL)


def normalize(uri: str) -> str:
    """The path with dot segments resolved and runs of slashes made one (RFC 3986, 5.2.4).

    A trailing `/`, `/.` or `/..` leaves a trailing slash. Nothing is percent-decoded.
    """
    kept: list[str] = []
    segments = uri.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment not in ("", "."):
            kept.append(segment)
    path = "/" + "/".join(kept)
    ends_open = bool(segments) and segments[-1] in ("", ".", "..")
    return path if not kept or not ends_open else path + "/"
