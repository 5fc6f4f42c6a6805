"""The service `localfront`: serves what `provision` created, and reloads edits."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from harness.checkout import EDGE
from harness.commands import command_line
from harness.compose.handover import Handover
from harness.processes import localfront_process
from harness.processes.children import Children
from harness.processes.localfront_process import Localfront
from harness.processes.signals import giving_back, taken
from harness.progress import Progress, print_line
from harness.stack import reload
from harness.stack.demo_captains import CAPTAINS

ALL_OF_THE_CONTAINER = "0.0.0.0"  # noqa: S104 (docker-compose.yml publishes it on loopback)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description="Serve what `provision` made, to the container's own network."
    )
    command_line.add_ports(parser)
    parser.add_argument("--inspector-port", type=command_line.port, default=8445)
    options = parser.parse_args(arguments)
    localfront = Localfront(
        http_port=options.http_port,
        https_port=options.https_port,
        edge_directory=EDGE,
        address=ALL_OF_THE_CONTAINER,
        inspector_port=options.inspector_port,
    )
    return command_line.run(lambda: giving_back(lambda ending: serve(localfront, ending)))


def serve(localfront: Localfront, ending: ExitStack) -> int:
    """Serve. Raises ChildEndedError if localfront ends by itself."""
    handover = Handover.read()
    progress = Progress()
    children = taken(ending, Children())
    directory = taken(ending, tempfile.TemporaryDirectory())
    localfront = localfront_process.start(
        localfront,
        children,
        edge_function_name=handover.outputs.edge_function_name,
        environment=handover.emulator.environment(os.environ),
        log=Path(directory) / "localfront.log",
        echo=True,
    )
    print_line(f"The captain's log is open:  {localfront.https_url}/")
    print_line(f"Inspect each request at  {localfront.inspector_url}")
    for captain in CAPTAINS:
        print_line(f"Log in as  {captain.user_name} / {captain.password}")
    following = reload.reloading(
        handover.emulator, lambda: Handover.read().outputs, built=True, progress=progress
    )
    taken(ending, following)
    raise children.wait_until_a_server_ends().error("ended by itself")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
