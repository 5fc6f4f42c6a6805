"""Send inputs to a port, many at a time, and collect the responses."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from fuzz.findings import Problem
from fuzz.responses import FinalResponse, MalformedError, problem_of, read_response
from harness.processes.ports import LOOPBACK

PATIENCE = 30.0  # seconds: more than any time-out of the distribution's origin
LENGTH = re.compile(rb"^content-length:[ \t]*([0-9]{1,9})[ \t]*$", re.I | re.M)
FRAMED = re.compile(rb"content-length|transfer-encoding|upgrade|expect|http2-settings", re.I)


def requires_response(given: bytes) -> bool:
    """Whether the server has no reason to wait for more bytes.

    Only the first of several requests counts. A server may wait if the framing is ambiguous.
    """
    head, end, rest = given.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if not end or not head:
        return False
    if not FRAMED.search(head):
        return True
    lengths = LENGTH.findall(head.replace(b"\r\n", b"\n"))
    if len(lengths) == 1 and len(FRAMED.findall(head)) == 1:
        return len(rest) >= int(lengths[0])
    return False


@dataclass(slots=True)
class Exchange:
    """One input on its own connection."""

    given: bytes
    connection: socket.socket
    received: bytearray = field(default_factory=bytearray)
    is_over: bool = False

    def response(self) -> FinalResponse | None:
        """The response. Raises MalformedError."""
        line = self.given.lstrip(b"\r\n").partition(b"\r\n")[0]
        method = line.partition(b" ")[0]  # also for a lone line break
        return read_response(bytes(self.received), to_head=method == b"HEAD")

    def problem(self, patience: float, grace: float) -> Problem | None:
        """Wait for a required response, and check it.

        `grace` is the time in seconds to wait for an optional one.
        """
        wanted = requires_response(self.given)
        try:
            response = self._awaited(patience if wanted else grace)
        except MalformedError as error:
            return Problem(f"malformed: {error.args[0]}", repr(error.args[1][:300]))
        if response is None:
            if not wanted:
                return None
            how = "hung up" if self.is_over else "silent"
            return Problem(f"no answer: {how}", repr(bytes(self.received[:200])))
        if wanted and not response.whole and response.is_framed:
            how = "hung up" if self.is_over else "silent"
            return Problem(f"cut off: {how}", repr(response.body[-200:]))
        return problem_of(response, self.given)

    def _awaited(self, seconds: float) -> FinalResponse | None:
        deadline = time.monotonic() + seconds
        while True:
            response = self.response()
            if (response is not None and response.whole) or self.is_over:
                return response
            left = deadline - time.monotonic()
            self.connection.settimeout(max(left, 0.0) if seconds else 0.0)
            try:
                data = self.connection.recv(256 * 1024)
            except (TimeoutError, BlockingIOError, ssl.SSLWantReadError):
                return response
            except OSError:
                data = b""
            self.is_over = not data
            self.received += data


def volley(
    port: int, inputs: Sequence[bytes], *, patience: float = PATIENCE, grace: float = 0.0
) -> Iterator[Problem | None]:
    """Send all inputs at once, each on its own connection; returns the fault of each, in order."""
    exchanges = [_begun(port, given) for given in inputs]
    try:
        for exchange in exchanges:
            yield exchange.problem(patience, grace)
    finally:
        for exchange in exchanges:
            exchange.connection.close()


def _begun(port: int, given: bytes) -> Exchange:
    connection = socket.create_connection((LOOPBACK, port), timeout=PATIENCE)
    with suppress(OSError):  # the server may respond and close early
        connection.sendall(given)
    return Exchange(given, connection)
