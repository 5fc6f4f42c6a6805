"""`./nox -s provision`: an emulator with Terraform applied, until Ctrl-C."""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from harness.checkout import TERRAFORM
from harness.commands import command_line
from harness.emulators import emulators
from harness.emulators.emulators import Emulator
from harness.packaging import packages
from harness.processes.children import Children
from harness.processes.leftovers import PROCESSES, end_leftovers
from harness.processes.signals import giving_back, taken
from harness.progress import Progress, print_line
from harness.stack.run_directory import run_directory
from harness.stack.stack import Stack, Wanted, start
from harness.terraform.binary import find_terraform
from harness.terraform.domain import make_zone_and_certificate
from harness.terraform.workspace import by_hand

PROGRAMS = Path(sys.executable).parent


def main(arguments: Sequence[str]) -> int:
    parser = command_line.parser("Start an emulator and apply Terraform, until Ctrl-C.")
    parser.prog = "./nox -s provision --"
    parser.add_argument(
        "--empty", action="store_true", help="start the emulator only, for tflocal by hand"
    )
    command_line.add_fresh(parser)
    options = parser.parse_args(arguments)
    if options.empty:
        return command_line.run(
            lambda: giving_back(lambda ending: hold_empty(options.emulator, ending, Progress()))
        )
    wanted = Wanted(
        name="provision",
        emulator=options.emulator,
        session_ttl=options.session_ttl,
        fresh=options.fresh,
    )
    return command_line.run(lambda: giving_back(lambda ending: hold(wanted, ending)))


def hold(wanted: Wanted, ending: ExitStack) -> int:
    """Keep the stack until Ctrl-C. Raises ChildEndedError if the emulator ends by itself."""
    stack = start(wanted, ending, environ=os.environ, progress=Progress())
    print_environment(stack)
    raise stack.servers.wait_until_a_server_ends().error("ended by itself")


def hold_empty(name: str, ending: ExitStack, progress: Progress) -> int:
    """Prepare Terraform's prerequisites in the emulator `name` and in build/, until Ctrl-C.

    Raises ChildEndedError if the emulator ends by itself.
    """
    terraform = find_terraform(os.environ)
    end_leftovers()
    directory = taken(ending, run_directory("provision"))
    servers = taken(ending, Children(record=directory / PROCESSES))
    with progress.step("packages of the Lambda functions"):
        packages.build()
    with progress.step(f"emulator ({name})"):
        emulator = emulators.start(name, servers, environ=os.environ, directory=directory)
        make_zone_and_certificate(emulator, zone=True)
    print_instructions(emulator, terraform)
    raise servers.wait_until_a_server_ends().error("ended by itself")


def print_environment(stack: Stack) -> None:
    print_line("\nReady. Press Ctrl-C to stop. To use it from an AWS SDK or the AWS CLI:\n")
    print_exports(stack.emulator.variables())
    print_line(f"\nTo open it in a browser:\n\n  {localfront_command()}\n")


def print_instructions(emulator: Emulator, terraform: Path) -> None:
    tflocal = os.path.relpath(PROGRAMS / "tflocal", TERRAFORM)
    variables = "-var-file=environments/local.tfvars"
    print_line("\nReady, with nothing applied. Press Ctrl-C to stop. In another terminal:\n")
    print_exports(by_hand(emulator, os.environ, terraform=terraform))
    print_line("  cd terraform")
    print_line(f"  {tflocal} init")
    print_line(f"  {tflocal} apply {variables}")
    print_line(f"  {tflocal} destroy {variables}")
    print_line(f"\nTo open it in a browser:\n\n  {localfront_command()}\n")


def print_exports(variables: Mapping[str, str]) -> None:
    for name, value in variables.items():
        print_line(f"  export {name}={shlex.quote(value)}")


def localfront_command() -> str:
    """The command to start localfront, valid in any folder."""
    return f"{shlex.quote(sys.executable)} -m localfront serve"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
