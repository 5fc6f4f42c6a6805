"""The command `localfront`."""

from __future__ import annotations

import atexit
import gc
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

from localfront.command.command_line import parse_arguments
from localfront.errors import ConfigError, LocalfrontError
from localfront.interrupts import restore_keyboard_interrupt

# Each module has a function `run`, and is imported only for its command.
COMMANDS = {
    "check": "localfront.check.command",
    "clock": "localfront.command.clock",
    "completion": "localfront.command.completion",
    "init": "localfront.command.init",
    "invoke": "localfront.invoke.command",
    "schema": "localfront.command.schema",
    "serve": "localfront.command.serving",
    "trace": "localfront.command.tracing",
    "trust": "localfront.trust.command",
}

# Container objects allocated before a young garbage collection. Python's default of 700 costs a
# cache miss a tenth of its time, and hardly any reference cycles are made here.
NEW_OBJECTS = 100_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 after a clean stop, 1 with a message on standard error."""
    # Skips the garbage collector's last pass over all modules, which takes most of a second, and
    # several on a busy machine, where whatever stops localfront may lose patience.
    atexit.register(gc.freeze)
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
    try:
        options = parse_arguments(arguments)
    except ConfigError as error:
        return _fail(str(error))
    command = _imported(COMMANDS[options.command])
    restore_keyboard_interrupt()
    if options.command != "check":
        import logging  # here, as `--help` ends above

        logging.basicConfig(
            level=logging.WARNING,
            stream=sys.stderr,
            format="%(asctime)s %(message)s",
            datefmt="%H:%M:%S",
        )
    try:
        return int(command.run(options))
    except Exception as error:
        message = _message(error)
        if message is None:
            raise
        return _fail(message)


def _imported(name: str) -> ModuleType:
    """A command's module. Imported objects are permanent: garbage collections skip them."""
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        gc.freeze()
        gc.enable()


def _message(error: Exception) -> str | None:
    """The one-line message for an expected error; None for a fault of localfront itself."""
    if isinstance(error, LocalfrontError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error}."  # most likely a folder that cannot be written
    botocore = sys.modules.get("botocore.exceptions")  # otherwise none of its errors was raised
    if botocore is None:
        return None
    if isinstance(error, botocore.NoCredentialsError):
        return (
            "AWS_PROFILE or AWS_ACCESS_KEY_ID is set, but yields no AWS credentials. Correct it, "
            "or set AWS_ENDPOINT_URL to an emulator's address."
        )
    if isinstance(error, (botocore.BotoCoreError, botocore.ClientError)):
        reason = str(error).rstrip(".")
        return (
            f"The AWS API did not return a usable response: {reason}. Start the emulator, or check "
            "AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CLOUDFRONT and the credentials."
        )
    return None


def _fail(message: str) -> int:
    from localfront.exchange.request_trace import printable_lines  # a slow import

    sys.stderr.write(f"localfront: {printable_lines(message)}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
