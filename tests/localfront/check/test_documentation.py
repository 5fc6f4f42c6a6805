"""The page about `check` agrees with the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from localfront.__main__ import main
from localfront.check.rules.catalogue import RULES
from tests.localfront.sources.plans import FOLDER

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "how-to" / "check-before-deploying.md").read_text()
REFERENCE = (ROOT / "docs" / "reference" / "check.md").read_text()


def test_the_table_of_the_page_has_every_rule_and_no_other() -> None:
    documented = re.findall(r"^\| [A-Z][A-Z0-9]-\d{3} \|.*$", REFERENCE, flags=re.MULTILINE)

    assert documented == [
        f"| {r.id} | {r.severity} | {r.code or '-'} | {r.title} | "
        f"{f'[{r.report}]({r.link})' if r.report else '-'} |"
        for r in RULES
    ]


def test_the_documented_output_is_what_the_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    block = PAGE.partition("```console\n")[2].partition("```")[0]
    documented = [line for line in block.splitlines()[1:] if line not in ("", "…")]

    main(["check", "--config", str(FOLDER / "mistakes-plan.json")])

    printed = capsys.readouterr().out.splitlines()
    assert documented
    assert [line for line in documented if line not in printed] == []


@pytest.mark.parametrize(
    "option", ["--config", "--distribution", "--format", "--ignore", "--strict"]
)
def test_every_option_is_on_the_page(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", "--help"])

    assert option in capsys.readouterr().out
    assert option in PAGE


def test_each_rule_has_an_id_of_its_own() -> None:
    ids = [rule.id for rule in RULES]

    assert sorted(set(ids)) == sorted(ids)
