"""`localfront check` on Terraform's plan of the application, while a stack is up."""

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from harness.checkout import ROOT
from harness.commands import command_line
from harness.emulators import emulators
from harness.processes.children import Children
from harness.processes.signals import giving_back, taken
from harness.stack.stack_description import VARIABLE
from harness.terraform.workspace import Workspace, terraforms_environment


def main() -> int:
    return command_line.run(lambda: giving_back(check))


def check(ending: ExitStack) -> int:
    """Run `localfront check`; returns its exit code."""
    stack = json.loads(Path(os.environ[VARIABLE]).read_text())
    children = taken(ending, Children())
    plan = planned(stack, children)
    command = [sys.executable, "-m", "localfront", "check", "--config", str(plan)]
    return children.show(command, env=os.environ, cwd=ROOT)


def planned(stack: dict[str, Any], children: Children) -> Path:
    """Terraform's plan as JSON, next to its configuration so that archives are found."""
    terraform = stack["terraform"]
    program = Path(terraform["program"])
    workspace = Workspace(
        directory=Path(terraform["directory"]),
        terraform=program,
        environment=terraforms_environment(os.environ, terraform=program),
        children=children,
    ).aimed_at(emulators.named_by(stack["aws"]))
    options = ("-no-color", "-input=false", "-out=gate.tfplan")
    workspace.require(workspace.tflocal("plan", *options, *terraform["variables"]))
    output = workspace.require(workspace.run("show", "-json", "gate.tfplan"))
    file = workspace.directory / "plan.json"
    file.write_text(output.stdout)
    return file


if __name__ == "__main__":
    sys.exit(main())
