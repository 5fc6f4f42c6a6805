"""The load over HTTP/2: sequential requests on each connection, as in `load` over HTTP/1.1."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import Protocol

from hpack import Decoder, Encoder

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS, GOAWAY, WINDOW_UPDATE = 0, 1, 4, 7, 8
END_STREAM, END_HEADERS, ACK = 1, 4, 1
STATUS = b"HTTP/1.1 200"  # an order's expectation if any 200 is fine


class Tally(Protocol):
    """The counters of `load`."""

    latencies: list[float]
    failed: int
    expect: bytes

    def has_more(self, now: float) -> bool: ...


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    head = len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
    return head + payload


def head_of(path: str, host: str) -> bytes:
    """The encoded request headers; without a dynamic table they are the same on every stream."""
    encoder = Encoder()
    encoder.header_table_size = 0
    lines = [(":method", "GET"), (":scheme", "https"), (":authority", host), (":path", path)]
    encoded: bytes = encoder.encode([*lines, ("accept", "*/*"), ("user-agent", "bench")])
    return encoded


class Http2Connection(asyncio.Protocol):
    """A connection that repeats its request."""

    def __init__(self, tally: Tally, head: Callable[[], bytes]) -> None:
        self._tally = tally
        self._head = head
        self._decoder = Decoder()
        self._buffer = bytearray()
        self._stream = -1
        self._sent = 0.0
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- for the types
        self._transport = transport
        transport.write(PREFACE + frame(SETTINGS, 0, 0))

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self._tally.failed += 1
            self.ended.set_result(None)

    def ask(self) -> None:
        now = self._sent = perf_counter()
        if self._tally.has_more(now):
            self._stream += 2
            self._transport.write(
                frame(HEADERS, END_HEADERS | END_STREAM, self._stream, self._head())
            )
        elif not self.ended.done():
            self.ended.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= 9:
            length = int.from_bytes(self._buffer[:3], "big")
            if len(self._buffer) < 9 + length:
                return
            kind, flags = self._buffer[3], self._buffer[4]
            payload = bytes(self._buffer[9 : 9 + length])
            del self._buffer[: 9 + length]
            self._take(kind, flags, payload)

    def _take(self, kind: int, flags: int, payload: bytes) -> None:
        if kind == SETTINGS and not flags & ACK:
            self._transport.write(frame(SETTINGS, ACK, 0))
        elif kind == GOAWAY:
            self._transport.abort()
        elif kind == HEADERS:
            self._check(payload)
        elif kind == DATA and payload:
            more = len(payload).to_bytes(4, "big")
            self._transport.write(frame(WINDOW_UPDATE, 0, 0, more))
            if not flags & END_STREAM:
                self._transport.write(frame(WINDOW_UPDATE, 0, self._stream, more))
        if kind in (DATA, HEADERS) and flags & END_STREAM:
            self._tally.latencies.append(perf_counter() - self._sent)
            self.ask()

    def _check(self, block: bytes) -> None:
        lines = {name: value for name, value in self._decoder.decode(block, raw=True)}
        expect = self._tally.expect
        found = lines.get(b":status") == b"200" if expect == STATUS else expect in lines.values()
        self._tally.failed += not found
