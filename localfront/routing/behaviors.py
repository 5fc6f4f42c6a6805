"""Find the cache behavior for a request path.

Source: CloudFront Developer Guide, "Cache behavior settings", path pattern (RT-001..007).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from localfront.config.distribution import CacheBehavior
from localfront.http_messages.wildcards import fits


@dataclass(frozen=True, slots=True)
class Match:
    """The matching behavior, and the patterns tried before it."""

    behavior: CacheBehavior
    passed_over: tuple[str, ...]


def choose(uri: str, behaviors: Sequence[CacheBehavior]) -> Match:
    """The first behavior whose pattern matches the path; the last one is the default.

    The path is normalised only for matching (RT-007); query string and cookies are ignored
    (RT-005).
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
    return fits("/" + pattern.removeprefix("/"), path)  # RT-004


def normalize(uri: str) -> str:
    """The path with dot segments resolved and repeated slashes merged (RFC 3986, 5.2.4).

    A trailing `/`, `/.` or `/..` leaves a trailing slash. Nothing is percent-decoded.
    """
    if uri.startswith("/") and "//" not in uri and "/." not in uri:
        return uri
    parts: list[str] = []
    segments = uri.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if parts:
                parts.pop()
        elif segment not in ("", "."):
            parts.append(segment)
    path = "/" + "/".join(parts)
    ends_open = bool(segments) and segments[-1] in ("", ".", "..")
    return path if not parts or not ends_open else path + "/"
