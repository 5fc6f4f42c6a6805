"""Run a command, such as a test run, against docker compose, and take it down afterwards.

    python -m harness.commands.against_compose -- pytest e2e

Project name and ports belong to this run, so that it does not disturb a `docker compose up`.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from harness.checkout import BUILD, ROOT
from harness.commands import command_line
from harness.compose.composition import Composition, Ports
from harness.emulators import docker_engine
from harness.emulators.emulators import without_aws
from harness.errors import HarnessError
from harness.processes import engine_leftovers
from harness.processes.children import Children
from harness.processes.chromium import find_chromium
from harness.processes.leftovers import PROCESSES, end_leftovers
from harness.processes.signals import giving_back, taken
from harness.progress import Progress, print_line
from harness.stack import stack_description
from harness.stack.run_directory import run_directory

LOG = BUILD / "compose" / "compose.log"


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] != "--" or len(arguments) == 1:
        print_line("usage: python -m harness.commands.against_compose -- COMMAND ...")
        return 2
    return command_line.run(
        lambda: giving_back(lambda ending: run(arguments[1:], ending, Progress()))
    )


def run(command: Sequence[str], ending: ExitStack, progress: Progress) -> int:
    """Run the command; returns its exit code. Logs of a failed run are kept.

    Raises MissingToolError without a container engine or a browser.
    """
    docker_engine.require_compose(os.environ)
    chromium = find_chromium(os.environ, headed="--headed" in command)
    environ = {**without_aws(os.environ), "CHROMIUM": str(chromium)}
    end_leftovers()
    directory = taken(ending, run_directory("compose"))
    composition = Composition(
        project=f"captains-log-{os.getpid()}",
        ports=Ports.free(),
        environ=environ,
        children=taken(ending, Children(record=directory / PROCESSES)),
    )
    engine_leftovers.note(directory, "project", composition.project)
    ending.callback(take_down, composition, progress)
    try:
        return up_and_run(composition, command, directory, progress)
    except HarnessError:
        keep_log(composition)
        raise


def take_down(composition: Composition, progress: Progress) -> None:
    with progress.step("docker compose down"):
        composition.down()


def up_and_run(
    composition: Composition, command: Sequence[str], directory: Path, progress: Progress
) -> int:
    with progress.step("docker compose up"):
        composition.up()
    path = directory / "stack.json"
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
