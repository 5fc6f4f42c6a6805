"""The checklist: CloudFront's documented behaviors, numbered.

`checklist.md` is the only source. A chapter is a heading such as `## 22. Range requests (RG)` with
a table: each row has an id, a priority (A, B or C), the behavior and its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conformance.errors import ConformanceError

CHECKLIST = Path(__file__).with_name("checklist.md")

HEADING = re.compile(r"## \d+\. (?P<title>.+) \((?P<code>[A-Z0-9]{2})\)")
ROW = re.compile(r"\| (?P<id>[A-Z0-9]{2}-\d{3}) \|")
CELL_BORDER = re.compile(r"(?<!\\)\|")
PRIORITIES = ("A", "B", "C")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A documented behavior. `behavior` and `source` are Markdown that fits into a table."""

    id: str
    priority: str
    behavior: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    code: str
    title: str
    items: tuple[Item, ...]


def read_checklist(text: str) -> tuple[Chapter, ...]:
    """The chapters in order. Raises ConformanceError for a malformed row."""
    chapters = []
    for heading, lines in _sections(text):
        items = tuple(_item(line) for line in lines if ROW.match(line))
        _check(heading["code"], items)
        chapters.append(Chapter(code=heading["code"], title=heading["title"], items=items))
    return tuple(chapters)


def the_checklist() -> tuple[Chapter, ...]:
    return read_checklist(CHECKLIST.read_text(encoding="utf-8"))


def _sections(text: str) -> Iterator[tuple[re.Match[str], list[str]]]:
    heading, lines = None, list[str]()
    for line in text.splitlines():
        if line.startswith("## "):
            if heading is not None:
                yield heading, lines
            heading, lines = HEADING.fullmatch(line), []
        else:
            lines.append(line)
    if heading is not None:
        yield heading, lines


def _item(line: str) -> Item:
    cells = [cell.strip() for cell in CELL_BORDER.split(line)]
    if len(cells) != 6 or not all(cells[1:5]) or cells[2] not in PRIORITIES:
        raise ConformanceError(
            f"checklist.md: a row is `| id | A, B or C | behavior | source |`, unlike {line!r}."
        )
    return Item(id=cells[1], priority=cells[2], behavior=cells[3], source=cells[4])


def _check(code: str, items: tuple[Item, ...]) -> None:
    """Check that the ids of a chapter run from 001 without gaps, because ids are permanent."""
    expected = [f"{code}-{number:03}" for number in range(1, len(items) + 1)]
    found = [item.id for item in items]
    if found != expected:
        raise ConformanceError(
            f"checklist.md: the ids of chapter {code} have to run from {code}-001 in order; "
            f"they are {', '.join(found) or 'none'}."
        )
