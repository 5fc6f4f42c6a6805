"""`./nox -s users`: manage the users of a stack on AWS.

A password is prompted for, or read from the first line of standard input: as an argument it would
be in the shell's history and in the process list.
"""

import argparse
import getpass
import os
import sys
import time
from collections.abc import Sequence
from typing import TextIO

from harness.commands import command_line
from harness.errors import HarnessError
from harness.progress import print_line
from harness.promotion.account import open_account
from harness.promotion.users import Users
from lambdas.sessions import Sessions

DOES = {
    "add": "add a user, or enable a disabled one",
    "reset": "set a new password and end all sessions",
    "disable": "disable a user and end all sessions",
    "end-sessions": "end all sessions of a user",
    "list": "list the users and their states",
}
WITH_PASSWORD = ("add", "reset")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./nox -s users --",
        description="Manage the users of a stack on AWS.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="action", required=True)
    for action, does in DOES.items():
        subparser = actions.add_parser(action, help=does, description=does, allow_abbrev=False)
        subparser.add_argument("--account", required=True, help="the AWS account id")
        subparser.add_argument("--name", default="my-serverless-website", help="the stack's name")
        if action != "list":
            subparser.add_argument("user", metavar="USER")
    options = parser.parse_args(arguments)
    return command_line.run(lambda: run(options))


def run(options: argparse.Namespace) -> int:
    account = open_account(options.account, os.environ)
    users = Users(
        secretsmanager=account.secretsmanager,
        sessions=Sessions(dynamodb=account.dynamodb, table_name=f"{options.name}-sessions"),
        secret_prefix=f"{options.name}/captains/",
        wait=wait,
    )
    if options.action == "list":
        for user in users.list():
            print_line(f"{user.name:32}  {user.state}")
        return 0
    action = getattr(users, options.action.replace("-", "_"))
    password = [password_from(sys.stdin)] if options.action in WITH_PASSWORD else []
    print_line(action(options.user, *password))
    return 0


def wait(seconds: float) -> None:
    print_line(f"Functions remember a password for half a minute: waiting for {seconds:.0f} s ...")
    time.sleep(seconds)


def password_from(stream: TextIO) -> str:
    """Prompt for a password twice. Raises HarnessError if they differ."""
    if not stream.isatty():
        return stream.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Again: "):
        raise HarnessError(
            "The passwords do not match. Nothing was changed; run the command again."
        )
    return password


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
