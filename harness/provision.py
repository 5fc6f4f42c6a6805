"""`./nox -s provision`: an emulator with Terraform applied, until Ctrl-C."""

import os
import sys
from collections.abc import Sequence

from harness import command_line
from harness.progress import Progress, print_line
from harness.stack import Stack, Wanted, running


def main(arguments: Sequence[str]) -> int:
    parser = command_line.parser("Start an emulator and apply Terraform, until Ctrl-C.")
    parser.prog = "./nox -s provision --"
    options = parser.parse_args(arguments)
    wanted = Wanted(
        name="provision", emulator=options.emulator, session_ttl=options.session_ttl
    )
    return command_line.run(lambda: hold(wanted))


def hold(wanted: Wanted) -> int:
    """Raises ChildEndedError when the emulator ends by itself."""
    with running(wanted, environ=os.environ, progress=Progress()) as stack:
        tell(stack)
        raise stack.servers.wait_until_a_server_ends().error("ended by itself")


def tell(stack: Stack) -> None:
    print_line("\nReady until Ctrl-C. Any AWS SDK or tool finds it with:\n")
    for name, value in stack.emulator.variables().items():
        print_line(f"  export {name}={value}")
    print_line(f"\nTo see it in a browser:\n\n  {localfront_command()}\n")


def localfront_command() -> str:
    return f"{os.path.relpath(sys.executable)} -m localfront serve"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
