from __future__ import annotations

import re

import pytest

from conformance.checklist import CHECKLIST, Item, read_checklist, the_checklist
from conformance.errors import ConformanceError

HEADING = "## 3. Viewer protocol (VP)\n\n| Id | P | Behavior | Source |\n|---|---|---|---|\n"


def test_a_row_is_an_item_of_its_chapter() -> None:
    text = HEADING + "| VP-001 | A | GET gets `a\\|b`. | [page](x) |\n\n## C. Others\n"

    (chapter,) = read_checklist(text)

    assert (chapter.code, chapter.title) == ("VP", "Viewer protocol")
    assert chapter.items == (
        Item(id="VP-001", priority="A", behavior="GET gets `a\\|b`.", source="[page](x)"),
    )


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("| VP-001 | D | Something. | page |", id="no such priority"),
        pytest.param("| VP-001 | A |  | page |", id="no behavior"),
        pytest.param("| VP-001 | A | Some | thing. | page |", id="an unescaped bar"),
        pytest.param("| VP-002 | A | Something. | page |", id="a gap"),
        pytest.param("| HO-001 | A | Something. | page |", id="of another chapter"),
        pytest.param("| VP-001 | A | x | y |\n| VP-001 | A | x | y |", id="twice"),
    ],
)
def test_a_malformed_row_is_refused(row: str) -> None:
    with pytest.raises(ConformanceError, match=r"checklist\.md"):
        read_checklist(HEADING + row + "\n")


def test_the_checklist_has_the_number_of_items_in_its_introduction() -> None:
    text = CHECKLIST.read_text()
    chapters = the_checklist()
    items = [item for chapter in chapters for item in chapter.items]

    listed = re.findall(r"^\| ([A-Z0-9]{2}) \| (.+) \| (\d+) \|$", text, re.MULTILINE)
    counted = [(c.code, c.title, str(len(c.items))) for c in chapters]
    priorities = [item.priority for item in items]
    counts = re.search(r"(\d+) numbered .*?: (\d+) of .*? A, (\d+) of B, (\d+) of C", text)
    assert listed == counted
    assert counts is not None
    assert [int(n) for n in counts.groups()] == [
        len(items),
        *(priorities.count(p) for p in "ABC"),
    ]
