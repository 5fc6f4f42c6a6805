"""Run a command, such as a test run, against docker compose, and take that down.

    python -m harness.commands.against_compose -- pytest e2e

Name and ports are of this run alone, so that it disturbs nobody's `docker compose up`.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from harness.checkout import BUILD, ROOT
from harness.commands import command_line
from harness.compose.composition import Composition, Ports
from harness.emulators import docker_engine
from harness.emulators.emulators import without_aws
from harness.errors import HarnessError
from harness.processes import signals
from harness.processes.children import Children
from harness.processes.chromium import find_chromium
from harness.progress import Progress, print_line
from harness.stack import stack_description

LOG = BUILD / "compose" / "compose.log"


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] != "--" or len(arguments) == 1:
        print_line("usage: python -m harness.commands.against_compose -- COMMAND ...")
        return 2
    return command_line.run(lambda: run(arguments[1:], Progress()))


def run(command: Sequence[str], progress: Progress) -> int:
    """Return the command's exit code. Logs of a run that fails are kept.

    Raises MissingToolError where there is no engine or no browser.
    """
    docker_engine.require_compose(os.environ)
    environ = {**without_aws(os.environ), "CHROMIUM": str(find_chromium(os.environ))}
    with Children() as children:
        composition = Composition(
            project=f"captains-log-{os.getpid()}",
            ports=Ports.free(),
            environ=environ,
            children=children,
        )
        try:
            code = up_and_run(composition, command, progress)
        except HarnessError:
            keep_log(composition)
            raise
        finally:
            signals.ignore_from_now_on()
            with progress.step("docker compose down"):
                composition.down()
    return code


def up_and_run(composition: Composition, command: Sequence[str], progress: Progress) -> int:
    with progress.step("docker compose up"):
        composition.up()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "stack.json"
        stack_description.write(composition.describe(), path)
        environ = {**composition.environ, stack_description.VARIABLE: str(path)}
        code = composition.children.show(command, env=environ, cwd=ROOT)
    if code:
        keep_log(composition)
    return code


def keep_log(composition: Composition) -> None:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    LOG.write_text(composition.logs())
    print_line(f"The services' logs are in {LOG.relative_to(ROOT)}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
