"""The part of the stack's logs that belongs to one test (and to its parallel neighbours)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self


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
