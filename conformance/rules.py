"""The checklist in short form, for ids in messages and in the inspector: statement and source.

localfront ships this form; the checklist itself stays here.
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
    """JSON with each id's statement, without markup, and the URL of its AWS page ("" if none)."""
    found = {
        item.id: [_plain(item.behavior), _page(item.source)]
        for chapter in chapters
        for item in chapter.items
    }
    return json.dumps(found, indent=0, ensure_ascii=False) + "\n"


def _plain(markdown: str) -> str:
    return MARKUP.sub(lambda match: match[1] or "", markdown).replace("\\|", "|")


def _page(source: str) -> str:
    """The first page that the source names; an RFC or an observation is not a page."""
    first = re.split(r"[ ,;(]", source.strip("` "), maxsplit=1)[0]
    return GUIDE.format(first) if PAGE.fullmatch(first) and not first.startswith("RFC") else ""
