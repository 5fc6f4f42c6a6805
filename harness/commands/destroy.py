"""`./nox -s destroy`: destroy an environment.

    ./nox -s destroy -- --environment staging --site staging.example.com --zone example.com \\
        --account 123456789012 [--export FILE] [--unprotect]
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.commands import command_line
from harness.commands.promote import add_target, target_of, tidied
from harness.errors import HarnessError
from harness.progress import Progress, print_line
from harness.promotion import deployment as deploying
from harness.promotion import destroy, history, release_store, run_lock, state_lock
from harness.promotion.account import open_account
from harness.promotion.destroy import Destruction
from harness.promotion.history import DESTROYED, History


def main(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    return command_line.run(lambda: run(options))


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(
        prog="./nox -s destroy --",
        description="Destroy an environment and list what is left.",
        allow_abbrev=False,
    )
    add_target(result)
    result.add_argument(
        "--export", type=Path, metavar="FILE", help="write the captains' log entries to FILE first"
    )
    result.add_argument(
        "--unprotect",
        action="store_true",
        help="turn off the tables' deletion protection and destroy them",
    )
    result.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    result.add_argument("-v", "--verbose", action="store_true", help="show every command")
    return result


def run(options: argparse.Namespace) -> int:
    target = target_of(options)
    account = open_account(options.account, os.environ)
    progress = Progress()
    destruction = Destruction(
        account=account,
        target=target,
        progress=progress,
        confirm=lambda name: options.yes or confirmed(name),
    )
    destruction.require_unprotected(may_unprotect=options.unprotect)
    folder = deploying.folder_for(target)
    try:
        with run_lock.held(account, target, folder=folder):
            state_lock.require_free(account, target)
            take_away(options, destruction, folder)
    finally:
        tidied(folder)
    for line in destruction.sweep():
        print_line(f"stays: {line}")
    for line in destroy.still_costs(target):
        print_line(f"still billed: {line}")
    return 0


def take_away(options: argparse.Namespace, destruction: Destruction, folder: Path) -> None:
    account, target, progress = destruction.account, destruction.target, destruction.progress
    promotions = history.read(account, target)
    if options.export:
        progress.say(f"{destruction.export(options.export)} entries: {options.export}")
    tree = deployed_release(promotions)
    if not tree:
        return
    deployment = deploying.prepare(
        release_store.fetch(account, target, tree, folder / "release"),
        account,
        target,
        promotions,
        folder=folder,
        environ=os.environ,
        progress=progress,
        verbose=options.verbose,
    )
    destruction.destroy(deployment, promotions)


def deployed_release(promotions: History) -> str:
    """The deployed release, whose configuration is needed; empty after its destruction.

    Raises HarnessError if nothing was ever promoted.
    """
    if not promotions.entries:
        raise HarnessError("No release was ever promoted to this environment.")
    newest = promotions.entries[0]
    if newest.outcome == DESTROYED:
        return ""
    return (promotions.live or newest).tree


def confirmed(name: str) -> bool:
    if not sys.stdin.isatty():
        raise HarnessError("There is no terminal to ask for confirmation: add --yes.")
    return input(f"Everything in {name} will be destroyed. Type its name: ").strip() == name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
