"""The GitHub workflows: pinned actions, read access, and one path to production."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.checkout import ROOT
from harness.commands import promote

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DEPLOY, GATE, PLAN, PROMOTE = (
    (ROOT / ".github" / "workflows" / f"{name}.yml").read_text()
    for name in ("deploy", "gate", "plan", "promote")
)
TAKE_ROLE = (ROOT / ".github" / "actions" / "take-role" / "action.yml").read_text()
ALL = (DEPLOY, GATE, PLAN, PROMOTE, TAKE_ROLE)
SCRIPT = re.compile(r"^( *)run: \|.*\n((?:\1 {2,}.*\n|\n)+)", re.MULTILINE)
MAY_WRITE = {  # beside reading
    "deploy": {"id-token"},
    "plan": {"id-token", "issues", "pull-requests"},
    "promote": {"id-token"},
}
OPTION = re.compile(r"(?<=\s)--[a-z-]+")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_and_permissions_are_read_only(workflow: Path) -> None:
    text = workflow.read_text()

    actions = re.findall(r"uses: (\S+)", text)
    elsewhere = [action for action in actions if not action.startswith("./")]
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action) for action in elsewhere)
    assert re.findall(r"^permissions:\n((?:  .*\n)+)", text, re.MULTILINE) == ["  contents: read\n"]
    granted = set(re.findall(r"^ {4,}(\S+): write\b", text, re.MULTILINE))
    assert granted == MAY_WRITE.get(workflow.stem, set())


def test_only_releases_that_passed_the_gate_and_staging_are_deployed() -> None:
    needs = dict(re.findall(r"^  (\w+):\n(?:    #.*\n)*    needs: (\w+)", DEPLOY, re.MULTILINE))

    assert needs == {"release": "gate", "staging": "release", "prod": "staging"}
    assert "pull_request" not in DEPLOY + PROMOTE
    assert "workflow_dispatch" not in DEPLOY + PROMOTE
    assert "./.github/workflows/gate.yml" in DEPLOY


def test_the_gate_runs_on_every_pull_request_and_merge() -> None:
    triggers = GATE.partition("\non:\n")[2].partition("\n\n")[0]
    assert triggers.splitlines()[0] == "  pull_request:"  # whatever it changes

    assert "  push:\n    branches: [main]\n" in DEPLOY
    gate = DEPLOY.partition("\n  gate:\n")[2].partition("\n\n")[0]
    assert gate.strip() == "uses: ./.github/workflows/gate.yml"  # under no condition


def test_every_environment_gets_the_same_release() -> None:
    assert DEPLOY.count("./nox -s release") == 1
    assert "./nox -s release" not in PROMOTE
    assert "actions/download-artifact@" in PROMOTE


def test_a_pull_request_plans_with_a_read_only_role_and_forks_do_not() -> None:
    condition = re.search(r"^    if: (.*)$", PLAN, re.MULTILINE)

    assert condition
    assert "head.repo.full_name == github.repository" in condition[1]
    assert "pull_request_target" not in "".join(ALL)
    assert "vars.PLAN_ROLE" in PLAN
    assert "DEPLOY_ROLE" not in PLAN
    assert "  schedule:\n    - cron:" in PLAN


def test_a_deployment_is_never_cancelled() -> None:
    assert "cancel-in-progress: false" in DEPLOY


def test_a_job_assumes_its_environments_role_and_stores_no_key() -> None:
    assert "environment: ${{ inputs.environment }}" in PROMOTE
    assert "secrets." not in "".join(ALL)
    assert "./.github/actions/take-role" in PROMOTE
    assert "::add-mask::" in TAKE_ROLE


def test_no_github_expression_is_interpolated_into_a_script() -> None:
    for text in ALL:
        assert not [script for _, script in SCRIPT.findall(text) if "${{" in script]


def test_promote_accepts_every_option_that_the_workflows_pass() -> None:
    lines = (PROMOTE + PLAN).replace("\\\n", " ").splitlines()
    given = {option for line in lines if "promote --" in line for option in OPTION.findall(line)}

    options = {option for action in promote.parser()._actions for option in action.option_strings}

    assert given - {"--"} <= options
    assert {"--pipeline", "--plan-only", "--drift", "--account"} <= given


def test_scripts_pass_shellcheck() -> None:
    shellcheck = shutil.which("shellcheck", path=str(Path(sys.executable).parent))
    assert shellcheck
    scripts = [script for text in ALL for _, script in SCRIPT.findall(text)]
    assert len(scripts) >= 6
    for script in scripts:
        subprocess.run(
            [shellcheck, "--shell", "bash", "-"], input=script, text=True, check=True, timeout=30
        )
