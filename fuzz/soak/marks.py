"""What is asked, and what its only right answer is.

A target is /FOLDER/MODE/MARK?PADDING: the folder chooses the behavior, the mode what the origin does
wrong, and the mark says whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

LEFTOVER = b"LEFTOVER"
CACHED, UNCACHED, LAMBDA, FUNCTION = "c", "u", "l", "f"
# A worker starts anew each second, because its code does: who asks for it waits.
FOLDERS = (*[CACHED] * 8, *[UNCACHED] * 8, *[FUNCTION] * 3, LAMBDA)
WITH_FUNCTIONS = (LAMBDA, FUNCTION)
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

    def wire(self) -> bytes:
        return (
            f"{self.method} {self.target} HTTP/1.1\r\nHost: localhost\r\nX-Mark: {self.mark}\r\n\r\n"
        ).encode()

    @property
    def body(self) -> bytes:
        seen = self.mark if self.folder in WITH_FUNCTIONS else ""
        return right_body(self.target.encode(), seen.encode())


def right_body(target: bytes, seen: bytes) -> bytes:
    """`seen` is what a function told the origin of the mark."""
    told = b"for " + target + b" seen=" + seen + b"\n"
    return told * (LARGE // len(told)) if b"/large" in target else told


def some(
    random: Random, number: int, modes: list[str], folders: tuple[str, ...] = FOLDERS
) -> Marked:
    """Every third cached one is one that others ask for as well."""
    folder = random.choice(folders)
    shared = folder == CACHED and random.random() < 0.3
    mark = f"shared{number // 50}end" if shared else f"marked{number}end"
    method = "HEAD" if random.random() < 0.05 else "GET"
    return Marked(folder=folder, mode=random.choice(modes), mark=mark, method=method)
