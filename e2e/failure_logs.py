"""The part of the stack's logs that belongs to one test (and to its parallel neighbours)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

# How localfront, MiniStack, LocalStack (Twisted) and Terraform's provider begin lines about errors.
TROUBLE = re.compile(r"\b(ERROR|CRITICAL|error:)|=> 5\d\d\b|^\S+ 5\d\d ")
TRACEBACK = re.compile(r"^Traceback|^\s*Unhandled")
LINES_OF_TRACEBACK = 25
MOST_LINES = 60  # of a log


@dataclass(frozen=True, slots=True)
class LogMarks:
    """The length of each log, in bytes, at the start of the test."""

    sizes: Mapping[Path, int]

    @classmethod
    def set_at_the_end_of(cls, logs: Iterable[Path]) -> Self:
        return cls({log: log.stat().st_size if log.exists() else 0 for log in logs})

    def copy_what_followed(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for log, size in self.sizes.items():
            if log.exists():
                (folder / log.name).write_bytes(log.read_bytes()[size:])

    def troubles(self) -> Iterator[tuple[str, str]]:
        """Each log's name with its last lines about errors, for those that have any."""
        for log, size in self.sizes.items():
            if log.exists():
                lines = log.read_bytes()[size:].decode(errors="replace").splitlines()
                if picked := about_errors(lines):
                    yield log.name, "\n".join(picked[-MOST_LINES:])


def about_errors(lines: Iterable[str]) -> list[str]:
    """The lines about errors, and those below that belong to a traceback."""
    picked: list[str] = []
    left = 0
    for line in lines:
        if TRACEBACK.search(line):
            left = LINES_OF_TRACEBACK
        if left > 0 or TROUBLE.search(line):
            picked.append(line)
        left -= 1
    return picked
