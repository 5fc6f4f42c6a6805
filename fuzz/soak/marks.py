"""The soak's requests, and the only correct response to each.

A target is /FOLDER/MODE/MARK. The folder's letter selects the behavior and its number the origin;
the mode is how that origin misbehaves; the mark identifies the request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

LEFTOVER = b"LEFTOVER"
CACHED, UNCACHED, LAMBDA, FUNCTION = "c", "u", "l", "f"
WAYS = (CACHED, UNCACHED, LAMBDA, FUNCTION)
# Workers restart each second, because the code changes: a request for them waits.
WEIGHTED_WAYS = (*[CACHED] * 8, *[UNCACHED] * 8, *[FUNCTION] * 3, LAMBDA)
ORIGINS = 6
SHARED_BY = 50  # consecutive requests, of which the cacheable ones may share a mark
LARGE = 200_000  # bytes: more than a client's parser reads at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A request of the soak."""

    folder: str
    mode: str
    mark: str
    method: str = "GET"

    @property
    def target(self) -> str:
        return f"/{self.folder}/{self.mode}/{self.mark}"

    @property
    def is_cached(self) -> bool:
        return self.folder.startswith(CACHED)

    def wire(self) -> bytes:
        start = f"{self.method} {self.target} HTTP/1.1"
        return f"{start}\r\nHost: localhost\r\nX-Mark: {self.mark}\r\n\r\n".encode()

    @property
    def body(self) -> bytes:
        seen = self.mark if self.folder.startswith((LAMBDA, FUNCTION)) else ""
        return right_body(self.target.encode(), seen.encode())


def right_body(target: bytes, seen: bytes) -> bytes:
    """The correct body. `seen` is the mark that a function sent to the origin."""
    line = b"for " + target + b" seen=" + seen + b"\n"
    return line * (LARGE // len(line)) if b"large" in target else line


def some(random: Random, number: int, modes: Sequence[str]) -> Marked:
    """Random requests; most cacheable ones are requested several times."""
    way = random.choice(WEIGHTED_WAYS)
    method = "HEAD" if random.random() < 0.05 else "GET"
    if way == CACHED and random.random() < 0.7:
        number //= SHARED_BY
        alike = Random(number)
        folder = f"{CACHED}{alike.randrange(ORIGINS)}"
        return Marked(
            folder=folder,
            mode=alike.choice(modes),
            mark=f"shared{number}end",
            method=method,
        )
    folder = f"{way}{random.randrange(ORIGINS)}"
    return Marked(
        folder=folder,
        mode=random.choice(modes),
        mark=f"marked{number}end",
        method=method,
    )
