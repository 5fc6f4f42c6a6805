"""A provider that runs already, and what happens where there is none."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.processes.children import Children
from harness.progress import Progress
from harness.terraform.shared_provider import VARIABLE, sharing
from harness.terraform.workspace import Workspace

Make = Callable[..., Workspace]
TELLS = f"""echo starts; echo "  {VARIABLE}='[1]'"; exec sleep 600"""


@pytest.fixture
def workspace(tmp_path: Path) -> Make:
    def make(children: Children, *codes: str) -> Workspace:
        for version, code in enumerate(codes):
            place = tmp_path / f".terraform/providers/registry/hashicorp/aws/{version}/linux"
            place.mkdir(parents=True)
            program = place / "terraform-provider-aws_x5"
            program.write_text(f"#!/bin/sh\n{code}\n")
            program.chmod(0o755)
        return Workspace(
            directory=tmp_path,
            terraform=Path("/bin/true"),
            environment={"PATH": os.defpath},
            children=children,
        )

    return make


def test_terraform_is_told_of_the_provider_that_runs(workspace: Make, tmp_path: Path) -> None:
    with Children() as children:
        before = workspace(children, TELLS)

        shared = sharing(before, children, Progress())

        assert shared.environment == {**before.environment, VARIABLE: "[1]"}
        assert shared.directory == before.directory


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        ([], "there is none to share"),
        (["echo no; exit 1"], "the AWS provider ended before it was ready"),
        ([f"echo {VARIABLE}=; exec sleep 600"], "said nothing that Terraform could use"),
        ([TELLS, TELLS], "there is none to share"),
    ],
)
def test_without_one_terraform_starts_its_own_and_a_line_tells_why(
    codes: list[str], reason: str, workspace: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    with Children() as children:
        before = workspace(children, *codes)

        assert sharing(before, children, Progress()) is before

    assert reason in capsys.readouterr().out
