"""Each test that the threat model cites exists."""

import re

from harness.checkout import ROOT, TERRAFORM

PAGE = ROOT / "docs" / "explanation" / "threat-model.md"
LINK = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<file>[^)#]+\.py)#(?P<test>test_\w+)\)")
RUNS = re.compile(r"terraform: ((?:`\w+`(?:, )?)+)")


def test_every_named_test_exists() -> None:
    named = list(LINK.finditer(PAGE.read_text()))
    assert len(named) > 40

    missing = [
        link["test"]
        for link in named
        if f"def {link['test']}(" not in (PAGE.parent / link["file"]).read_text()
    ]

    assert missing == []


def test_a_links_text_is_the_name_of_its_test() -> None:
    links = [
        (link["words"].replace(" ", "_"), link["test"].removeprefix("test_"))
        for link in LINK.finditer(PAGE.read_text())
    ]

    assert [pair for pair in links if pair[0] != pair[1]] == []


def test_every_named_terraform_test_run_exists() -> None:
    named = {
        name for runs in RUNS.findall(PAGE.read_text()) for name in re.findall(r"`(\w+)`", runs)
    }
    assert len(named) > 5

    files = sorted(TERRAFORM.rglob("*.tftest.hcl"))
    there = "".join(file.read_text() for file in files)

    assert {name for name in named if f'run "{name}"' not in there} == set()


# ASVS 4.0.3, requirements of level 2 by section; 4.1.4 and 7.3.2 were deleted. Left out are the
# sections that the page names: what they are about is not here.
# Source: github.com/OWASP/ASVS, 4.0/en/0x11-V2, 0x12-V3, 0x12-V4 and 0x15-V7.
LEVEL_2 = {
    "2.1": range(1, 13),
    "2.2": range(1, 4),
    "2.3": range(1, 4),
    "2.4": range(1, 6),
    "2.5": range(1, 8),
    "2.10": range(1, 5),
    "3.1": [1],
    "3.2": range(1, 5),
    "3.3": range(1, 5),
    "3.4": range(1, 6),
    "3.5": [2],
    "3.7": [1],
    "4.1": [1, 2, 3, 5],
    "4.2": [1, 2],
    "4.3": range(1, 4),
    "7.1": range(1, 5),
    "7.2": [1, 2],
    "7.3": [1, 3, 4],
    "7.4": range(1, 4),
}
ASVS_ROW = re.compile(r"^\| ((?:\d+\.\d+\.\d+(?:, | to )?)+) \|", re.MULTILINE)


def ids_of(cell: str) -> list[str]:
    """`2.1.5, 2.10.1 to 2.10.3` → all five."""
    ids = []
    for part in cell.split(", "):
        first, _, last = part.partition(" to ")
        section, _, number = first.rpartition(".")
        end = int((last or first).rpartition(".")[2])
        ids += [f"{section}.{n}" for n in range(int(number), end + 1)]
    return ids


def test_each_asvs_requirement_has_its_line() -> None:
    published = [f"{section}.{n}" for section, numbers in LEVEL_2.items() for n in numbers]
    covered = [one for cell in ASVS_ROW.findall(PAGE.read_text()) for one in ids_of(cell)]

    assert sorted(covered) == sorted(published)
