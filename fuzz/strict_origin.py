"""An origin that responds with the request's target, and reports every malformed request.

Whatever localfront receives, it must send one request with unambiguous framing: request smuggling
relies on messages that two programs read differently (RFC 9112, section 11.2).
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fuzz.findings import Problem

# A target changed by a function is sent as UTF-8, as CloudFront does (LE-018).
REQUEST_LINE = re.compile(rb"[!-~]+ [!-~\x80-\xff]+ HTTP/1\.1")
NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]+")
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nCache-Control: max-age=60\r\n"
    b'ETag: "1"\r\nContent-Length: %d\r\n\r\n'
)


class UncleanError(Exception):
    """A request is malformed; `args` are the fault, and the request's bytes."""


class Requests:
    """Parses requests from a stream of bytes; malformed ones go to `complaints`."""

    def __init__(self, complaints: list[Problem]) -> None:
        self._complaints = complaints
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The method and target of each request that is now complete."""
        self._buffer += data
        while True:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            try:
                length = _body_length(head, rest)
            except UncleanError as error:
                fault, seen = error.args
                problem = Problem(f"to the origin: {fault}", repr(seen[:400]))
                self._complaints.append(problem)
                self._buffer = b""
                return
            if length is None:
                return
            self._buffer = rest[length:]
            method, _, target = head.partition(b"\r\n")[0].partition(b" ")
            yield method, target.rpartition(b" ")[0]


def _body_length(head: bytes, rest: bytes) -> int | None:
    """The length of the body; None until it is complete."""
    start, *lines = head.split(b"\r\n")
    if not REQUEST_LINE.fullmatch(start) or not _is_utf8(start):
        raise UncleanError("request line", start)
    fields = [line.partition(b":") for line in lines]
    for name, _, value in fields:
        if not NAME.fullmatch(name) or re.search(rb"[\r\n\0]", value):
            raise UncleanError("header line", name + b":" + value)
    by_name: dict[bytes, list[bytes]] = {}
    for name, _, value in fields:
        by_name.setdefault(name.lower(), []).append(value.strip())
    lengths = by_name.get(b"content-length", [])
    codings = by_name.get(b"transfer-encoding", [])
    if len(by_name.get(b"host", [])) != 1:
        raise UncleanError("Host", head)
    if len(lengths) + len(codings) > 1 or not all(map(bytes.isdigit, lengths)):
        raise UncleanError("framing", head)
    if codings:
        return _chunked(rest, head)
    length = int(lengths[0]) if lengths else 0
    return length if len(rest) >= length else None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _chunked(rest: bytes, head: bytes) -> int | None:
    at = 0
    while True:
        size, end, _ = rest[at:].partition(b"\r\n")
        if not end:
            return None
        if not CHUNK_SIZE.fullmatch(size):
            raise UncleanError("chunk", head + rest[:200])
        at += len(size) + 2 + int(size, 16) + 2
        if len(rest) < at:
            return None
        if not int(size, 16):
            return at


class _Conversation(asyncio.Protocol):
    def __init__(self, complaints: list[Problem]) -> None:
        self._requests = Requests(complaints)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- of a TCP server
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        for method, target in self._requests.feed(data):
            body = b"for " + target
            self._transport.write(ANSWER % len(body) + (b"" if method == b"HEAD" else body))


@contextmanager
def strict_origin(complaints: list[Problem]) -> Iterator[int]:
    """The origin's port; it runs in a thread until the context ends."""
    loop = asyncio.new_event_loop()
    serving = loop.create_server(lambda: _Conversation(complaints), "127.0.0.1", 0)
    server = loop.run_until_complete(serving)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
