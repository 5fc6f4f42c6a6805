"""A Lambda Runtime API client with only the standard library: awslambdaric's `runtime_client`.

It replaces awslambdaric's native client, which builds only on Linux. A handler's result and the
request for the next event are sent together, so that an invocation takes one write and one read
(see `worker_connection`).

Workers load this file directly, so it imports nothing of localfront, and no module whose name a
function might use. It has the four functions of the native module, and their types.

Source: AWS Lambda Developer Guide, "Using the Lambda runtime API".
"""

from __future__ import annotations

import _socket  # the module behind socket
import os
from collections.abc import Callable

_INVOCATION = "/2018-06-01/runtime/invocation"
_CHUNK_BYTES = 64 * 1024
_MOST_BYTES = 6 * 1024 * 1024  # bytes of a result; larger ones may be refused

# How localfront accepts a result (see `worker_connection`); any other response is parsed.
ACCEPTED = (
    b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
    b'{"status": "OK"}'
)

Response = tuple[int, dict[str, str], bytes]


class _Connection:
    """A persistent connection. Responses arrive in the order of requests."""

    def __init__(self, connected: _socket.socket) -> None:
        self._socket = connected
        self._received = b""

    @classmethod
    def to(cls, address: str) -> _Connection:
        host, _, port = address.partition(":")
        connected = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        connected.connect((host, int(port)))
        connected.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        return cls(connected)

    def ask(self, request: bytes) -> None:
        self._socket.sendall(request)

    def accepted(self) -> bool:
        """Whether the response is the usual one to a result; if so, it has been taken."""
        if not self._received:
            self._received = self._more()
        if not self._received.startswith(ACCEPTED):
            return False
        self._received = self._received[len(ACCEPTED) :]
        return True

    def response(self) -> Response:
        while (end := self._received.find(b"\r\n\r\n")) < 0:
            self._received += self._more()
        status, *lines = self._received[:end].decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        begin, length = end + 4, int(headers["Content-Length"])
        parts = [self._received[begin : begin + length]]
        missing = length - len(parts[0])
        self._received = self._received[begin + length :]
        while missing:
            part = self._socket.recv(min(missing, _CHUNK_BYTES)) or self._more()
            parts.append(part)
            missing -= len(part)
        return int(status.split(" ")[1]), headers, b"".join(parts)

    def close(self) -> None:
        self._socket.close()

    def _more(self) -> bytes:
        received = self._socket.recv(_CHUNK_BYTES)
        if not received:
            raise RuntimeError("The Runtime API is gone.")
        return received


_address = ""
_path = ""
_next = b""
_connection: _Connection | None = None
_is_polled = False  # the next event was requested
_is_posted = False  # a result was sent, its response not read yet
# Reports the process's peak memory, which takes longer to read from outside.
peak_kb: Callable[[], int] | None = None
# Waits until an event was sent; without it, reading waits.
until_rung: Callable[[], object] | None = None


def initialize_client(user_agent: str) -> None:
    """Read the address from the environment, and take the connection that localfront opened.

    The client's name is not used. As with the native client, a path may follow the port: here the
    worker's secret.
    """
    global _address, _path, _next, _connection
    channel = os.environ.pop("LOCALFRONT_CHANNEL", None)
    if channel is not None:
        os.set_inheritable(int(channel), False)
        _connection = _Connection(_socket.socket(fileno=int(channel)))
    _address, _, secret = os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")
    _path = f"/{secret}{_INVOCATION}"
    _next = f"GET {_path}/next HTTP/1.1\r\nHost: {_address}\r\n\r\n".encode()


def next() -> tuple[bytes, dict[str, str | int | None]]:  # noqa: A001 - the native module's name
    """Wait for an invocation: its event, and the headers that describe it."""
    global _connection, _is_polled, _is_posted
    connection = _connection = _connection or _Connection.to(_address)
    if not _is_polled:
        connection.ask(_next)
    if until_rung is not None:
        until_rung()
    if _is_posted and not connection.accepted():
        _check(connection.response(), "response")
    status, headers, body = connection.response()
    _is_polled = _is_posted = False
    if status != 200:
        raise RuntimeError(f"Failed to get next invocation: HTTP status {status}.")
    return body, {
        "Lambda-Runtime-Aws-Request-Id": headers["Lambda-Runtime-Aws-Request-Id"],
        "Lambda-Runtime-Trace-Id": headers["Lambda-Runtime-Trace-Id"],
        "Lambda-Runtime-Invoked-Function-Arn": headers["Lambda-Runtime-Invoked-Function-Arn"],
        "Lambda-Runtime-Deadline-Ms": int(headers["Lambda-Runtime-Deadline-Ms"]),
        "Lambda-Runtime-Client-Context": headers.get("Lambda-Runtime-Client-Context"),
        "Lambda-Runtime-Cognito-Identity": headers.get("Lambda-Runtime-Cognito-Identity"),
        "Lambda-Runtime-Aws-Tenant-Id": headers.get("Lambda-Runtime-Aws-Tenant-Id"),
        "Lambda-Runtime-Invocation-Id": headers.get("Lambda-Runtime-Invocation-Id"),
        "Content-Type": headers["Content-Type"],
    }


def post_invocation_result(
    invoke_id: str,
    data: bytes,
    content_type: str,
    invocation_id: str | None = None,
) -> None:
    """Send the handler's result, and request the next event.

    Raises RuntimeError if it is refused; `next` does if that is not known yet.
    """
    global _is_polled, _is_posted
    assert _connection is not None  # noqa: S101 -- an invocation came over it
    peak = "" if peak_kb is None else f"Localfront-Peak-Kb: {peak_kb()}\r\n"
    posted = _posted(f"{invoke_id}/response", content_type, data, peak)
    if len(data) > _MOST_BYTES:
        _connection.ask(posted)
        _check(_connection.response(), "response")
        return
    _connection.ask(posted + _next)
    _is_polled = _is_posted = True


def post_error(
    invoke_id: str,
    error: str,
    xray_fault: str,
    invocation_id: str | None = None,
) -> None:
    """Send the handler's error. Raises RuntimeError if it is refused."""
    connection = _Connection.to(_address)
    connection.ask(_posted(f"{invoke_id}/error", "application/json", error.encode()))
    response = connection.response()
    connection.close()
    _check(response, "error")


def _posted(target: str, content_type: str, data: bytes, more: str = "") -> bytes:
    lines = (
        f"POST {_path}/{target} HTTP/1.1\r\nHost: {_address}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(data)}\r\n{more}\r\n"
    )
    return lines.encode() + data


def _check(response: Response, subject: str) -> None:
    if not 200 <= response[0] < 300:
        raise RuntimeError(f"Failed to post invocation {subject}")
