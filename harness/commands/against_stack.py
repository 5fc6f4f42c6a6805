"""Run a command, such as a test run, against its own stack, and take it down afterwards.

    python -m harness.commands.against_stack --name e2e -- pytest e2e

Ports are free ones, so that any number of stacks may run side by side. Options before `--` that are
not the harness's own go to the command. `{kept}` in the command is a folder of this run; its
contents are in build/NAME/ afterwards.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from harness.checkout import BUILD, ROOT
from harness.commands import command_line
from harness.emulators.emulators import without_aws
from harness.processes.chromium import find_chromium
from harness.processes.localfront_process import Localfront
from harness.processes.signals import giving_back
from harness.progress import Progress, print_line
from harness.stack import stack_description
from harness.stack.stack import Stack, Wanted, start

# MiniStack's variable: tests count the requests to DynamoDB.
RECORDING = {"CLOUDTRAIL_RECORDING": "1"}
# Browsers at once: `e2e` has two processes of pytest.
BROWSERS = 2
# Polling five times a second, as for a developer, takes a tenth of a core from the tests.
LOOKS_SELDOM = ("--interval", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """`command` runs from the checkout's root, with `environment`."""

    wanted: Wanted
    command: tuple[str, ...]
    environment: Mapping[str, str]


def main(arguments: Sequence[str]) -> int:
    return command_line.run(lambda: giving_back(lambda ending: run(parse(arguments), ending)))


def parse(arguments: Sequence[str]) -> Task:
    """Parse the command line. Raises MissingToolError if a browser is needed and there is none."""
    parser = command_line.parser(
        "Start a stack for one command, run the command, and stop the stack."
    )
    parser.usage = "%(prog)s [OPTION ...] [OPTION OF COMMAND ...] -- COMMAND ..."
    parser.add_argument("--name", required=True, help="name of this run, in the names of its files")
    parser.add_argument(
        "--browser", choices=["chromium"], help="fail at once if this browser is missing"
    )
    parser.add_argument(
        "--dns-records",
        action="store_true",
        help="create Route 53 records too (half a minute more)",
    )
    parser.add_argument(
        "--every-option",
        action="store_true",
        help="turn on every option of terraform/ that the emulator supports",
    )
    command_line.add_fresh(parser)
    if "--" not in arguments:
        parser.error("the command is missing: put it after --")
    divide = arguments.index("--")
    options, others = parser.parse_known_args(arguments[:divide])
    return Task(
        wanted=wanted(options),
        command=(*arguments[divide + 1 :], *others),
        environment=environment(options, os.environ, headed="--headed" in others),
    )


def wanted(options: argparse.Namespace) -> Wanted:
    return Wanted(
        name=options.name,
        emulator=options.emulator,
        session_ttl=options.session_ttl,
        dns_records=options.dns_records,
        every_option=options.every_option,
        fresh=options.fresh,
        localfront=Localfront(http_port=0, https_port=0, options=LOOKS_SELDOM),
        browsers=BROWSERS if options.browser else 1,
    )


def environment(
    options: argparse.Namespace, environ: Mapping[str, str], *, headed: bool
) -> dict[str, str]:
    """The command's environment: AWS's address comes from the stack, not from the shell."""
    found = {"CHROMIUM": str(find_chromium(environ, headed=headed))} if options.browser else {}
    return {**without_aws(environ), **found}


def run(task: Task, ending: ExitStack) -> int:
    """Return the command's exit code."""
    environ = {**RECORDING, **os.environ}
    stack = start(task.wanted, ending, environ=environ, progress=Progress())
    path = stack.logs.parent / "stack.json"
    assert stack.localfront is not None  # noqa: S101 (it is wanted)
    described = stack_description.describe(
        stack, stack.localfront, session_ttl=task.wanted.session_ttl
    )
    stack_description.write(described, path)
    environment = {**task.environment, stack_description.VARIABLE: str(path)}
    left = stack.logs.parent / "kept"
    command = [piece.replace("{kept}", str(left)) for piece in task.command]
    code = stack.servers.show(command, env=environment, cwd=ROOT)
    folder = BUILD / task.wanted.name
    if left.exists():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(left, folder, dirs_exist_ok=True)  # another run may use it, too
    if code:
        keep_logs(stack, folder / "logs")
    return code


def keep_logs(stack: Stack, folder: Path) -> None:
    shutil.copytree(stack.logs, folder, dirs_exist_ok=True)
    print_line(f"The logs of this run are in {folder.relative_to(ROOT)}/.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
