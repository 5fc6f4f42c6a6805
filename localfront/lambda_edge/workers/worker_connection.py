"""A worker's connection to its Runtime API, with a fast path for the usual requests.

Our clients (`runtime_client.py`, `node_client.mjs`) send a result and the request for the next
event together, so that an invocation takes one write and one read on either side. Any other
request, by a function that calls the API itself or by another process, is handed over to aiohttp's
server, with the connection.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable
from typing import Any

from localfront.lambda_edge.contract.limits import MAX_PAYLOAD_BYTES
from localfront.lambda_edge.workers.bell import Bell
from localfront.lambda_edge.workers.drawn_ids import new_trace_id
from localfront.lambda_edge.workers.invocations import Invocation, Invocations, Returned

_MAX_HEAD_BYTES = 1024  # of requests parsed here
_MAX_AHEAD_BYTES = 64 * 1024  # sent while waiting for an event
_END = b"\r\n\r\n"
_HOST = re.compile(rb"[\w.:]{1,64}")
_LINES = (
    rb"/response HTTP/1\.1\r\nHost: [\w.:]{1,64}\r\n"
    rb"Content-Type: [\w/.+-]{1,64}\r\nContent-Length: (\d{1,8})"
    rb"(?:\r\nLocalfront-Peak-Kb: (\d{1,12}))?"
)
_RESPONSE = re.compile(rb"([\w-]{1,64})" + _LINES)
_REST_OF_HEAD = re.compile(_LINES + _END)
ACCEPTED = (
    b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
    b'{"status": "OK"}'
)
REFUSED = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 71\r\n"
    b"Connection: close\r\n\r\n"
    b'{"errorType": "InvalidRequestID", "errorMessage": "Invalid request ID"}'
)


class WorkerConnection(asyncio.Protocol):
    """A connection. `prefix` starts every path; `library` creates aiohttp's protocol for the rest.

    It is in `open_ones` until it closes, or is handed over. Its worker waits for the `bell`, if any.
    """

    def __init__(
        self,
        invocations: Invocations,
        prefix: str,
        library: Callable[[], asyncio.Protocol],
        open_ones: set[WorkerConnection],
        bell: Bell | None = None,
    ) -> None:
        self._invocations = invocations
        self._library = library
        self._open_ones = open_ones
        self._bell = bell
        self._next = f"GET {prefix}invocation/next HTTP/1.1\r\nHost: ".encode()
        self._post = f"POST {prefix}invocation/".encode()
        self._transport: Any = None
        self._received = bytearray()
        self._owed = b""  # sent together with the next event
        self._polls = False
        self._polled = b""  # how the worker requested an event before
        self._begins = b""  # the prefix of a response to the event that the worker took
        self._taken = ""  # that event's id

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._open_ones.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._open_ones.discard(self)
        self._invocations.leave(self._take)
        self._ring_on()

    def data_received(self, data: bytes) -> None:
        if self._received or self._polls or not self._read_usual_requests(data):
            self._received += data
            self._read()

    def _read_usual_requests(self, data: bytes) -> bool:
        """Read the response and the request for the next event, if it repeats the last one.

        False, without side effects, for anything else.
        """
        begins = self._begins
        if not begins or not secrets.compare_digest(data[: len(begins)], begins):
            return False
        head = _REST_OF_HEAD.match(data, len(begins), _MAX_HEAD_BYTES)
        if head is None or not self._invocations.is_under_way(self._taken):
            return False
        end = head.end() + int(head[1])
        if end >= len(data) or data[end:] != self._polled:
            return False
        peak_kb = None if head[2] is None else int(head[2])
        self._begins, self._owed = b"", self._owed + ACCEPTED
        self._invocations.finish(Returned(data[head.end() : end], peak_kb))
        if self._invocations.takes_polls:
            self._polls = True
            self._invocations.poll(self._take)
        else:
            self._received += self._polled
            self._read()
        return True

    def close(self) -> None:
        """Close it; its worker has ended."""
        self._bell = None
        self._transport.close()

    def _read(self) -> None:
        while self._received and not self._polls:
            if not self._read_one():
                break
        if self._polls and len(self._received) > _MAX_AHEAD_BYTES:
            self._transport.abort()
        elif self._owed and not self._polls:
            self._transport.write(self._owed)
            self._owed = b""

    def _read_one(self) -> bool:
        """Parse one request; False if it is incomplete, or the connection was handed over."""
        end = self._received.find(_END, 0, _MAX_HEAD_BYTES)
        if end < 0:
            if len(self._received) >= _MAX_HEAD_BYTES:
                self._hand_over()
            return False
        head = bytes(self._received[:end])
        if self._is_next_request(head) and self._invocations.takes_polls:
            self._polled = head + _END
            del self._received[: end + len(_END)]
            self._polls = True
            self._invocations.poll(self._take)
            return True
        match = _RESPONSE.fullmatch(head, len(self._post)) if _begins(head, self._post) else None
        if match is not None and (length := int(match[2])) <= MAX_PAYLOAD_BYTES:
            peak_kb = None if match[3] is None else int(match[3])
            return self._read_response(match[1].decode(), end + len(_END), length, peak_kb)
        self._hand_over()
        return False

    def _is_next_request(self, head: bytes) -> bool:
        if not head.startswith(b"GET") or not _begins(head, self._next):
            return False
        return _HOST.fullmatch(head, len(self._next)) is not None

    def _read_response(self, request_id: str, begin: int, length: int, peak_kb: int | None) -> bool:
        if not self._invocations.is_under_way(request_id):
            self._transport.write(
                self._owed + REFUSED
            )  # and no event for a request that follows at once
            self._transport.close()
            return False
        if len(self._received) < begin + length:
            return False
        payload = bytes(self._received[begin : begin + length])
        del self._received[: begin + length]
        self._owed += ACCEPTED
        self._invocations.finish(Returned(payload, peak_kb))
        return True

    def _take(self, invocation: Invocation | None) -> None:
        self._polls = False
        if invocation is None:
            self._transport.close()
            return
        owed, self._owed = self._owed, b""
        self._taken = invocation.request_id
        self._begins = self._post + self._taken.encode()
        self._transport.write(owed + _head(invocation) + invocation.event)
        if self._bell is not None:
            self._bell.ring()
        if self._received:
            self._read()

    def _ring_on(self) -> None:
        """From now on the worker waits on its socket, not on the bell."""
        if self._bell is not None:
            self._bell.ring_on()
            self._bell = None

    def _hand_over(self) -> None:
        """Hand the connection, and the unread bytes, to the library."""
        if self._owed:
            self._transport.write(self._owed)
            self._owed = b""
        self._open_ones.discard(self)
        self._ring_on()
        received, self._received = bytes(self._received), bytearray()
        protocol = self._library()
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        protocol.data_received(received)


def trace_id(invocation: Invocation) -> str:
    """The value of _X_AMZN_TRACE_ID."""
    return new_trace_id(invocation.deadline_ms // 1000)


def _begins(head: bytes, expected: bytes) -> bool:
    """Compare the prefix in constant time, to protect the secret."""
    return secrets.compare_digest(head[: len(expected)], expected)


def _head(invocation: Invocation) -> bytes:
    return (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        f"Lambda-Runtime-Aws-Request-Id: {invocation.request_id}\r\n"
        f"Lambda-Runtime-Deadline-Ms: {invocation.deadline_ms}\r\n"
        f"Lambda-Runtime-Invoked-Function-Arn: {invocation.function_arn}\r\n"
        f"Lambda-Runtime-Trace-Id: {trace_id(invocation)}\r\n"
        f"Content-Length: {len(invocation.event)}\r\n\r\n"
    ).encode()
