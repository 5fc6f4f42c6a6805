"""Functions that violate the contract, each in one way."""

import http.client
import os
import subprocess
import sys
import time
from typing import Any

Event = dict[str, Any]


def _post(path: str, body: bytes) -> int:
    """Call the Runtime API directly, bypassing the runtime; return the status."""
    address, _, secret = os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")
    connection = http.client.HTTPConnection(address)
    connection.request("POST", f"/{secret}/2018-06-01/runtime/{path}", body)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def raises(event: Event, context: object) -> None:
    raise LookupError("no such captain: é")


def raises_with_a_long_message(event: Event, context: object) -> None:
    raise LookupError("x" * 100_000)


def exits(event: Event, context: object) -> None:
    sys.stdout.write("about to leave\n")
    sys.exit(7)


def is_killed(event: Event, context: object) -> None:
    os.kill(os.getpid(), 9)


def exits_when_told(event: Event, context: object) -> int:
    if event.get("leave"):
        os._exit(3)
    return os.getpid()


def sleeps_forever(event: Event, context: object) -> None:
    sys.stdout.write("good night\n")
    time.sleep(3600)


def sleeps_when_told(event: Event, context: object) -> int:
    if event.get("sleep"):
        time.sleep(3600)
    return os.getpid()


def returns_nan(event: Event, context: object) -> dict[str, float]:
    return {"status": float("nan")}


def returns_a_cycle(event: Event, context: object) -> Event:
    event["itself"] = event
    return event


def returns_deep_nesting(event: Event, context: object) -> bytes:
    return b"[" * 100_000


def returns_ten_megabytes(event: Event, context: object) -> str:
    return "x" * 10 * 1024 * 1024


def returns_an_object(event: Event, context: object) -> object:
    return object()


def returns_bytes(event: Event, context: object) -> bytes:
    return b"<html>"


def answers_twice(event: Event, context: Any) -> str:
    """Post a response directly to the Runtime API, then return another."""
    _post(f"invocation/{context.aws_request_id}/response", b'"first"')
    return "second"


def uses_much_memory(event: Event, context: object) -> int:
    return len(bytearray(200 * 1024 * 1024).replace(b"\0", b"x"))


def leaves_a_child_behind(event: Event, context: object) -> None:
    """Start a process that holds a connection to the event's port until it dies."""
    hold = (
        "import socket, sys, time;"
        "s = socket.create_connection(('127.0.0.1', int(sys.argv[1])));"
        "s.sendall(b'!'); print('connected', flush=True); time.sleep(3600)"
    )
    command = [sys.executable, "-c", hold, str(event["port"])]
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    if child.stdout:
        child.stdout.readline()
    if event["leave"]:
        os._exit(1)


def allocates_without_end(event: Event, context: object) -> None:
    kept = []
    while True:
        kept.append(b"x" * 1024 * 1024)


def prints_without_end(event: Event, context: object) -> None:
    while True:
        sys.stdout.write("on and on\n")


def answers_another(event: Event, context: object) -> int:
    """Respond to another invocation; return the Runtime API's answer to that."""
    return _post("invocation/another-id/response", b'"forged"')


def asks_without_the_secret(event: Event, context: object) -> int:
    address, _, _ = os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")
    connection = http.client.HTTPConnection(address)
    connection.request("GET", "/2018-06-01/runtime/invocation/next")
    return connection.getresponse().status


def closes_its_connections(event: Event, context: object) -> str:
    os.closerange(3, 256)
    return "sent all the same"


def writes_into(event: Event, context: object) -> str:
    try:
        with open(event["file"], "w") as file:  # noqa: PTH123 - as functions write it
            file.write("changed")
    except OSError as error:
        return str(error.errno)
    return "written"


def reads(event: Event, context: object) -> str:
    try:
        with open(event["file"], encoding="latin1") as file:  # noqa: PTH123 - as functions write it
            return file.read()
    except OSError as error:
        return str(error.errno)


def kills(event: Event, context: object) -> str:
    try:
        os.kill(event["pid"], 0)
    except OSError as error:
        return str(error.errno)
    return "could"


def has_limits(event: Event, context: object) -> dict[str, int]:
    import resource

    return {
        "files": resource.getrlimit(resource.RLIMIT_NOFILE)[1],
        "core": resource.getrlimit(resource.RLIMIT_CORE)[1],
    }


def crashes_or_hangs_when_told(event: Event, context: object) -> Event:
    if event["does"] == "crash":
        os._exit(3)
    if event["does"] == "hang":
        time.sleep(3600)
    return event


def any_of_them(event: Event, context: object) -> object:
    """Run the fault that the event names: many in one worker."""
    return globals()[event["handler"]](event, context)
