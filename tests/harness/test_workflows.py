"""What GitHub runs: pinned actions, read access, and one way to production."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.checkout import ROOT
from harness.commands import promote

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DEPLOY, GATE, PROMOTE = (
    (ROOT / ".github" / "workflows" / f"{name}.yml").read_text()
    for name in ("deploy", "gate", "promote")
)
OPTION = re.compile(r"(?<=\s)--[a-z-]+")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_and_all_may_only_read(workflow: Path) -> None:
    text = workflow.read_text()

    actions = re.findall(r"uses: (\S+)", text)
    elsewhere = [action for action in actions if not action.startswith("./")]
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action) for action in elsewhere)
    assert re.findall(r"^permissions:\n((?:  .*\n)+)", text, re.MULTILINE) == ["  contents: read\n"]
    granted = set(re.findall(r"^ {4,}(\S+): write\b", text, re.MULTILINE))
    assert granted <= {"id-token"}


def test_nothing_is_deployed_but_what_passed_the_gate_and_staging() -> None:
    needs = dict(re.findall(r"^  (\w+):\n(?:    #.*\n)*    needs: (\w+)", DEPLOY, re.MULTILINE))

    assert needs == {"staging": "gate", "prod": "staging"}
    assert "pull_request" not in DEPLOY + PROMOTE
    assert "workflow_dispatch" not in DEPLOY + PROMOTE
    assert "./.github/workflows/gate.yml" in DEPLOY


def test_a_deployment_is_never_broken_off() -> None:
    assert "cancel-in-progress: false" in DEPLOY


def test_a_job_takes_the_role_of_its_environment_and_keeps_no_key() -> None:
    assert "environment: ${{ inputs.environment }}" in PROMOTE
    assert "secrets." not in DEPLOY + PROMOTE + GATE
    assert "::add-mask::" in PROMOTE


def test_no_expression_of_github_is_pasted_into_a_script() -> None:
    for text in (DEPLOY, GATE, PROMOTE):
        scripts = re.findall(r"run: \|\n((?: {10,}.*\n|\n)+)", text)
        assert not [script for script in scripts if "${{" in script]


def test_promote_knows_each_option_that_is_given() -> None:
    lines = PROMOTE.replace("\\\n", " ").splitlines()
    given = {option for line in lines if "promote --" in line for option in OPTION.findall(line)}

    known = {option for action in promote.parser()._actions for option in action.option_strings}

    assert given - {"--"} <= known
    assert {"--pipeline", "--plan-only", "--account"} <= given


def test_scripts_are_sound() -> None:
    shellcheck = shutil.which("shellcheck", path=str(Path(sys.executable).parent))
    assert shellcheck
    for script in re.findall(r"run: \|\n((?: {10,}.*\n|\n)+)", PROMOTE):
        subprocess.run(  # noqa: S603 (of the test environment)
            [shellcheck, "--shell", "bash", "-"], input=script, text=True, check=True, timeout=30
        )
