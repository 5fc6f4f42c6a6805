"""`./nox -s terraform`: format, validity and tests of terraform/, without a cloud.

It runs on a copy, like all Terraform commands here, so that nothing is left in terraform/.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from harness.checkout import ROOT, TERRAFORM
from harness.commands import command_line
from harness.errors import ProvisioningError
from harness.processes.children import Children
from harness.processes.leftovers import PROCESSES, end_leftovers
from harness.processes.signals import giving_back, taken
from harness.progress import Progress
from harness.stack.run_directory import run_directory
from harness.terraform.binary import find_terraform
from harness.terraform.kept_provider import kept_provider
from harness.terraform.workspace import Workspace, copied_workspace

INIT = ("init", "-backend=false", "-input=false", "-no-color")
# Go collects garbage near this limit only, of Terraform and of its provider, which spares a fifth of
# the processor time.
COLLECTING_LATE = {"GOGC": "off", "GOMEMLIMIT": "900MiB"}
CHECKS = (("validate", "-no-color"), ("test", "-no-color"))


def main() -> int:
    return command_line.run(lambda: giving_back(check))


def check(ending: ExitStack) -> int:
    """Run the checks. Raises ProvisioningError for the first configuration that fails."""
    progress = Progress()
    terraform = find_terraform(os.environ)
    end_leftovers()
    directory = taken(ending, run_directory("terraform-checks"))
    children = taken(ending, Children(record=directory / PROCESSES))
    workspace = copied_workspace(
        directory, terraform=terraform, environ=os.environ, children=children
    ).with_environment(COLLECTING_LATE)
    with progress.step("terraform fmt -check"):
        require_format(workspace)
    for root in configurations(workspace.directory):
        place = f"terraform/{root.relative_to(workspace.directory)}".removesuffix("/.")
        check_one(replace(workspace, directory=root), place, progress)
    return 0


def check_one(workspace: Workspace, place: str, progress: Progress) -> None:
    with progress.step(f"terraform init in {place}"):
        workspace.require(workspace.run(*INIT))
    (workspace.directory.parent / "logs").mkdir(exist_ok=True)
    # Each `run` of its tests would start it, although a mocked provider only returns its schema.
    with kept_provider(workspace.directory, workspace.environment) as attached:
        for arguments in CHECKS:
            with progress.step(f"terraform {arguments[0]} in {place}"):
                finished = workspace.with_environment(attached).run(*arguments)
                workspace.require(finished)
    progress.say(finished.stdout.strip().splitlines()[-1])


def require_format(workspace: Workspace) -> None:
    finished = workspace.run("fmt", "-check", "-recursive", "-diff", "-no-color")
    if finished.returncode:
        raise ProvisioningError(
            f"Run `terraform fmt -recursive {TERRAFORM.relative_to(ROOT)}`: these files "
            f"are not formatted.\n{finished.stdout}{finished.stderr}"
        )


def configurations(directory: Path) -> Iterator[Path]:
    """Yield each folder that can be applied on its own."""
    for settings in sorted(directory.rglob("terraform.tf")):
        yield settings.parent


if __name__ == "__main__":
    sys.exit(main())
