"""The AWS provider, started once for commands that would each start it anew, several times.

The provider is a program of 700 MB whose schema takes more than a second of a processor to tell.
`terraform test` starts it for each run, although a mocked one does nothing else. Terraform uses one that
runs already where TF_REATTACH_PROVIDERS names it, which is meant for debugging:
https://developer.hashicorp.com/terraform/plugin/debugging. Not for commands that configure it: with
AWS_CA_BUNDLE set, it takes one configuration and no second.
"""

import os
import re
from pathlib import Path

from harness.errors import ChildEndedError
from harness.processes.children import Children
from harness.progress import Progress
from harness.terraform.workspace import Workspace

VARIABLE = "TF_REATTACH_PROVIDERS"
TOLD = re.compile(rf"{VARIABLE}='(.+)'")
FOUND = ".terraform/providers/*/hashicorp/aws/*/*/terraform-provider-aws*"
SOON = 120  # seconds: it starts slowly on a busy machine


def sharing(workspace: Workspace, children: Children, progress: Progress) -> Workspace:
    """The same, after its `init`, with a provider that runs; without one, as slow as ever, told."""
    programs = sorted(workspace.directory.glob(FOUND))
    if len(programs) != 1:
        progress.say("terraform starts its provider for each step: there is none to share")
        return workspace
    try:
        said = started(programs[0], workspace, children)
    except (ChildEndedError, OSError) as reason:
        progress.say(f"terraform starts its provider for each step: {reason}")
        return workspace
    return workspace.with_environment({VARIABLE: said})


def started(program: Path, workspace: Workspace, children: Children) -> str:
    server = children.serve(
        "the AWS provider",
        [program, "-debug"],
        env={"PATH": os.defpath, **workspace.environment},
        cwd=workspace.directory,
        log=workspace.directory / "provider.log",
    )
    line = server.wait_for_line(f"{VARIABLE}=", timeout=SOON)
    found = TOLD.search(line)
    if found is None:
        raise server.error("said nothing that Terraform could use")
    return found[1]
