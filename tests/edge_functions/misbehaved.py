"""Functions that break the contract, each in one way."""

import http.client
import os
import subprocess
import sys
import time
from typing import Any

Event = dict[str, Any]


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
    """Post an answer over the runtime's head, then return another."""
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    path = f"/2018-06-01/runtime/invocation/{context.aws_request_id}/response"
    connection.request("POST", path, b'"first"')
    connection.getresponse().read()
    connection.close()
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
    child = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603
    if child.stdout:
        child.stdout.readline()
    if event["leave"]:
        os._exit(1)
