"""Each test that the threat model names is there."""

import re

from harness.checkout import ROOT, TERRAFORM

PAGE = ROOT / "docs" / "explanation" / "threat-model.md"
LINK = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<file>[^)#]+\.py)#(?P<test>test_\w+)\)")
RUNS = re.compile(r"terraform: ((?:`\w+`(?:, )?)+)")


def test_every_test_that_is_named_is_there() -> None:
    named = list(LINK.finditer(PAGE.read_text()))
    assert len(named) > 40

    missing = [
        link["test"]
        for link in named
        if f"def {link['test']}(" not in (PAGE.parent / link["file"]).read_text()
    ]

    assert missing == []


def test_a_link_says_the_name_of_its_test() -> None:
    said = [
        (link["words"].replace(" ", "_"), link["test"].removeprefix("test_"))
        for link in LINK.finditer(PAGE.read_text())
    ]

    assert [pair for pair in said if pair[0] != pair[1]] == []


def test_every_run_of_terraform_that_is_named_is_there() -> None:
    named = {
        name for runs in RUNS.findall(PAGE.read_text()) for name in re.findall(r"`(\w+)`", runs)
    }
    assert len(named) > 5

    files = sorted(TERRAFORM.rglob("*.tftest.hcl"))
    there = "".join(file.read_text() for file in files)

    assert {name for name in named if f'run "{name}"' not in there} == set()
