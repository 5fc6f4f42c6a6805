"""Common options and exit codes of the harness's commands."""

import argparse
import os
import sys
from collections.abc import Callable

from harness.emulators import emulators
from harness.errors import HarnessError
from harness.processes import proxies, signals
from lambdas.settings import LONGEST

FAILED, INTERRUPTED = 1, 130


def parser(description: str, *, session_ttl: int = 60) -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(
        description=description,
        allow_abbrev=False,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    result.add_argument(
        "--emulator",
        choices=emulators.NAMES,
        default="ministack",
        help="the AWS emulator: the embedded MiniStack, a running LocalStack, or the one at "
        "AWS_ENDPOINT_URL (external)",
    )
    result.add_argument(
        "--session-ttl",
        type=lifetime,
        default=session_ttl,
        metavar="SECONDS",
        help="seconds until an idle session ends",
    )
    return result


def add_ports(parser: argparse.ArgumentParser) -> None:
    for option, default, scheme in (
        ("--http-port", 8080, "http"),
        ("--https-port", 8443, "https"),
    ):
        parser.add_argument(option, type=port, default=default, help=f"for {scheme}://localhost")


def add_fresh(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="start without a snapshot: let Terraform create everything again",
    )


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def lifetime(text: str) -> int:
    number = positive(text)
    if number > LONGEST:
        raise argparse.ArgumentTypeError(f"must be at most {LONGEST} seconds (30 days)")
    return number


def port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("must be a port number from 1 to 65535")
    return number


def run(command: Callable[[], int]) -> int:
    """Run `command` and return its exit code; print the reason of a failure.

    The reason is one line, even if the disk is full, a file belongs to another user, or the
    emulator refuses a request.
    """
    if "NOX_CURRENT_SESSION" in os.environ:
        signals.end_with_parent()
    os.environ.update(proxies.exceptions(os.environ))
    try:
        with signals.raised_as_interrupt():
            return command()
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as reason:
        if not isinstance(reason, (HarnessError, OSError, *aws_errors())):
            raise
        sys.stderr.write(f"error: {reason}\n")
        return FAILED


def aws_errors() -> tuple[type[Exception], ...]:
    """The errors of AWS's SDK, which takes a tenth of a second to import."""
    from botocore.exceptions import BotoCoreError, ClientError

    return BotoCoreError, ClientError
