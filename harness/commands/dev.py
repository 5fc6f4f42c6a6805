"""`./nox -s dev`: the whole application on this machine, until Ctrl-C."""

import argparse
import os
import re
import shutil
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from harness.checkout import BUILD, EDGE, FORMER_AUTHORITY
from harness.commands import command_line
from harness.processes import ports
from harness.processes.leftovers import end_leftovers
from harness.processes.localfront_process import Localfront
from harness.processes.signals import giving_back, taken
from harness.progress import Progress, print_line
from harness.stack import reload
from harness.stack.demo_captains import CAPTAINS
from harness.stack.on_top import OnTop, applying
from harness.stack.stack import Stack, Wanted, start

IS_OPEN = "The captain's log is open"


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    return command_line.run(lambda: serve(options))


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = command_line.parser(
        "Start the captain's log on this machine; Ctrl-C stops it. Changes "
        "in edge/ apply to the next request, changes in frontend/ and lambdas/ within about a "
        "second."
    )
    parser.prog = "./nox -s dev --"
    command_line.add_ports(parser)
    parser.add_argument(
        "--state",
        type=state_name,
        default="dev",
        metavar="NAME",
        help="continue with the log entries and sessions of the last run with this name",
    )
    command_line.add_fresh(parser)
    parser.add_argument(
        "--reload",
        action="store_true",
        help="reload the browser when pages or functions change",
    )
    parser.add_argument(
        "--log-format",
        choices=("row", "line", "json"),
        default="row" if sys.stdout.isatty() else "line",
        help="one row per request, one line per step, or JSON",
    )
    options = parser.parse_args(arguments)
    if options.http_port == options.https_port:
        parser.error("--http-port and --https-port are the same: give each its own")
    return options


def state_name(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", text):
        raise argparse.ArgumentTypeError("must consist of lower-case letters, digits and hyphens")
    return text


def serve(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C. Raises HarnessError if something is missing or ends unexpectedly."""
    end_leftovers()  # they may occupy the ports
    ports.require_free(options.http_port, option="-- --http-port")
    ports.require_free(options.https_port, option="-- --https-port")
    if options.fresh:
        shutil.rmtree(BUILD, ignore_errors=True)
    progress = Progress()
    forget_former_authority(progress)
    localfront = Localfront(
        http_port=options.http_port,
        https_port=options.https_port,
        edge_directory=EDGE,
        options=serve_options(options),
    )
    wanted = Wanted(
        name="dev",
        emulator=options.emulator,
        session_ttl=options.session_ttl,
        frontend_sources=True,
        continues=options.state,
        fresh=options.fresh,
        localfront=localfront,
        show_requests=True,
    )
    try:
        return giving_back(lambda ending: hold(wanted, localfront, ending, progress))
    except KeyboardInterrupt:
        progress.say("stopped; all processes have ended and all ports are free")
        raise


def serve_options(options: argparse.Namespace) -> tuple[str, ...]:
    """The options that are passed to `localfront serve`."""
    return ("--log-format", options.log_format, *(["--reload"] if options.reload else []))


def hold(wanted: Wanted, localfront: Localfront, ending: ExitStack, progress: Progress) -> int:
    stack = start(wanted, ending, environ=os.environ, progress=progress)
    welcome(stack, stack.localfront or localfront)
    on_top = taken(ending, applying(stack, progress))
    ending.callback(keep, stack, on_top)
    following = reload.reloading(
        stack.emulator, lambda: on_top.outputs, built=False, progress=progress
    )
    taken(ending, following)
    raise stack.servers.wait_until_a_server_ends().error("ended by itself")


def keep(stack: Stack, on_top: OnTop) -> None:
    """Save log entries and sessions for the next run, unless Terraform was interrupted."""
    if stack.kept and on_top.is_whole:
        stack.kept.keep(stack.emulator, on_top.outputs)


def forget_former_authority(progress: Progress, folder: Path = FORMER_AUTHORITY) -> None:
    """Delete the key that older versions left in the checkout: it could sign for any name."""
    if folder.exists():
        shutil.rmtree(folder)
        progress.say(
            "deleted the certificate authority of older versions; if a browser trusts it, remove "
            "it there"
        )


def trust_command() -> str:
    """The command to trust the certificate, without an active virtual environment."""
    command = Path(sys.executable).with_name("localfront")
    here = Path.cwd()
    return f"{command.relative_to(here) if command.is_relative_to(here) else command} trust"


def welcome(stack: Stack, localfront: Localfront) -> None:
    secure, plain = localfront.https_url, localfront.http_url
    print_line()
    print_line(f"  {IS_OPEN}:  {secure}/   (and {plain}/)")
    for captain in CAPTAINS:
        print_line(f"  Log in as  {captain.user_name} / {captain.password}")
    print_line()
    if localfront.inspector_url:
        print_line(f"  Inspect each request at  {localfront.inspector_url}")
    print_line(f"  AWS is emulated at {stack.emulator.endpoint} (credentials: any)")
    print_line(f"  To trust the certificate, run  {trust_command()}")
    print_line("  Press Ctrl-C to stop.")
    print_line()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
