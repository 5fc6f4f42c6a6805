"""What is asked, and what its only right answer is.

A target is /FOLDER/MODE/MARK: the folder's letter chooses how it is served and its number the origin,
the mode what that origin does wrong, and the mark says whose the answer is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

LEFTOVER = b"LEFTOVER"
CACHED, UNCACHED, LAMBDA, FUNCTION = "c", "u", "l", "f"
WAYS = (CACHED, UNCACHED, LAMBDA, FUNCTION)
# A worker starts anew each second, because its code does: who asks for it waits.
WEIGHTED_WAYS = (*[CACHED] * 8, *[UNCACHED] * 8, *[FUNCTION] * 3, LAMBDA)
ORIGINS = 6
SHARED_BY = 50  # requests in a row, of which those with one mark in common are
LARGE = 200_000  # bytes: beyond what a client's parser takes at once


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
    """`seen` is what a function told the origin of the mark."""
    told = b"for " + target + b" seen=" + seen + b"\n"
    return told * (LARGE // len(told)) if b"large" in target else told


def some(random: Random, number: int, modes: Sequence[str]) -> Marked:
    """Most cached ones are such that others ask for as well."""
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
