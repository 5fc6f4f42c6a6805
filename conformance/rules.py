"""The checklist in short, for who meets an id in a message or in the inspector: what and where.

`localfront` ships it; the checklist itself stays here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from conformance.checklist import Chapter

RULES = Path(__file__).parents[1] / "localfront" / "inspector" / "page" / "rules.json"
GUIDE = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/{}.html"
PAGE = re.compile(r"[A-Za-z0-9-]+")
MARKUP = re.compile(r"\*\*|`|\[([^\]]*)\]\([^)]*\)")


def rules_of(chapters: Iterable[Chapter]) -> str:
    """JSON: by id the statement, without markup, and the page of AWS's that says it, or ""."""
    found = {
        item.id: [_plain(item.behavior), _page(item.source)]
        for chapter in chapters
        for item in chapter.items
    }
    return json.dumps(found, indent=0, ensure_ascii=False) + "\n"


def _plain(markdown: str) -> str:
    return MARKUP.sub(lambda match: match[1] or "", markdown).replace("\\|", "|")


def _page(source: str) -> str:
    """The first page that is named; an RFC or an observation is none."""
    first = re.split(r"[ ,;(]", source.strip("` "), maxsplit=1)[0]
    return GUIDE.format(first) if PAGE.fullmatch(first) and not first.startswith("RFC") else ""
