"""An error page as text and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from localfront.error_pages.facts import Facts
from localfront.error_pages.failing_line import SourceExcerpt
from localfront.exchange.request_trace import printable_lines

WIDTH = 100


def as_text(facts: Facts) -> str:
    """The page as text. Control characters are removed: no terminal escapes from a function."""
    return printable_lines("\n".join(_lines(facts)) + "\n")


def _lines(facts: Facts) -> Iterator[str]:
    yield f"{facts.status} {facts.phrase}"
    yield ""
    yield from textwrap.wrap(facts.message, WIDTH)
    if facts.aws_text:
        yield from textwrap.wrap(f"CloudFront says: {facts.aws_text}", WIDTH)
    if facts.rule:
        yield f"Rule {facts.rule.id}: {facts.rule.documentation}".rstrip(": ")
    if facts.source:
        yield from _headed(f"{facts.source.file}, line {facts.source.failing}")
        yield from source_lines(facts.source)
    for title, lines in facts.sections():
        yield from _headed(title)
        yield from (f"  {line}" for line in lines)
    yield ""
    if facts.inspector:
        yield f"Inspector: {facts.inspector} (press i in localfront's terminal if it asks for a key)"
    yield f"Sent by localfront, which emulates CloudFront. Request id {facts.request_id}"


def _headed(title: str) -> Iterator[str]:
    yield ""
    yield title


def source_lines(source: SourceExcerpt) -> Iterator[str]:
    """The source lines with numbers, and a mark at the failed one."""
    for number, line in enumerate(source.lines, source.first):
        mark = ">" if number == source.failing else " "
        yield f"{mark} {number:>5}  {line}".rstrip()


def as_json(facts: Facts) -> str:
    """The page as a JSON object without empty members."""
    document: dict[str, Any] = {name: value for name, value in asdict(facts).items() if value}
    if facts.returned:
        document["returned"] = _parsed(facts.returned)
    return json.dumps(document, indent=2) + "\n"


def _parsed(text: str) -> object:
    """JSON text as an object, unless it was truncated."""
    try:
        return json.loads(text)
    except ValueError:
        return text
