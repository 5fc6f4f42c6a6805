"""The page of replayed reports lists those that the tests replay."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "reference" / "reports-replayed.md"
REPORT = re.compile(r'"([\w.-]+/[\w.-]+/(?:issues|pull)/\d+)"')
LINK = re.compile(r"\]\(https://github\.com/([\w.-]+/[\w.-]+/(?:issues|pull)/\d+)\)")


def test_the_page_has_every_report_that_is_replayed_and_no_other() -> None:
    replayed = {
        report
        for name in ("test_served.py", "test_refused.py")
        for report in REPORT.findall(Path(__file__).with_name(name).read_text())
    }

    assert set(LINK.findall(PAGE.read_text())) == replayed
    assert len(replayed) >= 20
