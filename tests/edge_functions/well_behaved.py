"""Functions that follow the contract and report their environment."""

import os
import sys
from typing import Any

Event = dict[str, Any]

calls = 0


def returns_the_event(event: Event, context: object) -> Event:
    return event


def counts_its_calls(event: Event, context: object) -> dict[str, int]:
    global calls
    calls += 1
    return {"calls": calls, "pid": os.getpid()}


def tells_what_start_up_leaves(event: Event, context: object) -> list[bool]:
    import urllib

    return [callable(exit), callable(quit), hasattr(urllib, "parse")]


def waits_for_release(event: Event, context: object) -> int:
    """Hold a connection to the event's port until the other side closes it."""
    import socket

    if "port" in event:
        with socket.create_connection(("127.0.0.1", event["port"])) as connection:
            connection.recv(1)
    return os.getpid()


def tells_its_environment(event: Event, context: object) -> dict[str, str]:
    return dict(os.environ)


def tells_what_its_children_inherit(event: Event, context: object) -> list[int]:
    return list(filter(_is_inheritable, range(64)))


def _is_inheritable(fd: int) -> bool:
    try:
        return os.get_inheritable(fd)
    except OSError:  # there is none
        return False


def tells_its_surroundings(event: Event, context: object) -> dict[str, Any]:
    return {
        "cwd": os.getcwd(),  # noqa: PTH109 - as functions write it
        "path": sys.path,
        "version": "{}.{}".format(*sys.version_info),
    }


def tells_its_context(event: Event, context: Any) -> dict[str, Any]:
    return {
        "aws_request_id": context.aws_request_id,
        "function_name": context.function_name,
        "function_version": context.function_version,
        "invoked_function_arn": context.invoked_function_arn,
        "log_group_name": context.log_group_name,
        "memory_limit_in_mb": context.memory_limit_in_mb,
        "remaining_ms": context.get_remaining_time_in_millis(),
        "client_context": context.client_context,
    }


def imports(event: Event, context: object) -> dict[str, bool]:
    """Whether each module that the event lists can be imported."""
    found: dict[str, bool] = {}
    for name in event["modules"]:
        try:
            __import__(name)
        except ImportError:
            found[name] = False
        else:
            found[name] = True
    return found


def writes_a_temporary_file(event: Event, context: object) -> str:
    import tempfile

    with tempfile.NamedTemporaryFile(delete=False) as file:
        return file.name


def prints(event: Event, context: object) -> Event:
    sys.stdout.write("to standard output\n")
    sys.stderr.write("to standard error\n")
    sys.stdout.write("with an unfinished line")
    return event


def prints_a_lot(event: Event, context: object) -> Event:
    for number in range(20_000):
        sys.stdout.write(f"line {number} {'x' * 50}\n")
    return event


def logs(event: Event, context: object) -> Event:
    import logging

    logging.getLogger().warning("take care")
    return event
