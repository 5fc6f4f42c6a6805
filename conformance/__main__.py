"""Write what is proved: build/conformance.json, the documentation page, and localfront's rules.

python -m conformance           after the test suites have written build/proofs/
python -m conformance --check   the same, but fail if the committed page differs
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from conformance.checklist import the_checklist
from conformance.errors import ConformanceError
from conformance.page import PAGE, link, links, render
from conformance.rules import RULES, rules_of
from conformance.verdicts import Outcomes, Verdict, judge, left_out_reasons
from conformance.ways_in import goes_through

BUILD = Path(__file__).parents[1] / "build"
SUITES = ("edge", "localfront")  # the nox sessions whose tests prove something


def read_proofs(folder: Path) -> dict[str, dict[str, str]]:
    """The outcomes of all suites by id. Raises ConformanceError if a suite has not run."""
    outcomes: dict[str, dict[str, str]] = {}
    for suite in SUITES:
        file = folder / f"{suite}.json"
        if not file.exists():
            raise ConformanceError(
                f"The session `{suite}` has left no outcomes in {file}. Run `./nox -s conformance`."
            )
        for item_id, tests in json.loads(file.read_text(encoding="utf-8")).items():
            outcomes.setdefault(item_id, {}).update(tests)
    return outcomes


def believing(page: str, outcomes: Outcomes) -> dict[str, dict[str, str]]:
    """The outcomes, where a test that is skipped here counts as passed if the page says so.

    A page is generated on one machine and checked on others, which can't run every test.
    """
    named = links(page)
    return {
        item_id: {
            test: "passed" if found == "skipped" and link(test) in named else found
            for test, found in tests.items()
        }
        for item_id, tests in outcomes.items()
    }


def as_json(verdicts: Mapping[str, Verdict]) -> str:
    described = {
        item_id: {
            "state": verdict.state,
            "priority": verdict.item.priority,
            "tests": verdict.tests,
            "why": verdict.reason,
        }
        for item_id, verdict in verdicts.items()
    }
    return json.dumps(described, indent=1) + "\n"


def differences(committed: str, generated: str) -> list[str]:
    """The lines of the page that are outdated, and those that are missing."""
    before, after = committed.splitlines(), generated.splitlines()
    gone = [f"- {line}" for line in before if line not in set(after)]
    return gone + [f"+ {line}" for line in after if line not in set(before)]


def main(
    arguments: list[str], *, page: Path = PAGE, build: Path = BUILD, rules: Path = RULES
) -> int:
    checks = "--check" in arguments
    committed = page.read_text(encoding="utf-8") if checks else ""
    try:
        chapters = the_checklist()
        outcomes = believing(committed, read_proofs(build / "proofs"))
        verdicts = judge(
            chapters,
            outcomes,
            left_out_reasons(),
            goes_through=partial(goes_through, root=Path.cwd()),
        )
    except ConformanceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    (build / "conformance.json").write_text(as_json(verdicts), encoding="utf-8")
    text = render(chapters, verdicts)
    if not checks:
        page.write_text(text, encoding="utf-8")
        rules.write_text(rules_of(chapters), encoding="utf-8")
        return 0
    stale = differences(committed, text)
    stale += differences(rules.read_text(encoding="utf-8"), rules_of(chapters))
    if stale:
        lines = "\n".join(stale)
        sys.stderr.write(
            f"{page.name} or {rules.name} differs from the tests' outcomes. Run `./nox -s "
            f"conformance`, and check that its changes are intended.\n{lines}\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
