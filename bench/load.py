"""The load: raw HTTP/1.1 on keep-alive connections, each sending its next request after a response.

It runs in its own process, `python -m bench.load`: it reads orders from standard input, one JSON
object per line, and writes one line for each. It does as little as possible per response, so that
the server is the slower of the two.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import count, cycle
from time import perf_counter

from bench.figures import percentile
from bench.http2_load import Http2Connection, head_of

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
numbers = count()  # shared by the process, so that no order repeats another's paths


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Request `path` on this many connections, for `seconds` or for `requests` requests.

    `{n}` in the path becomes another number in each request, or one of `distinct` in turn. `expect`
    must be in each response's headers: its status, or `Hit from cloudfront`. `http2` requires
    `tls`.
    """

    port: int
    host: str
    path: str
    connections: int
    seconds: float = 3600.0
    requests: int | None = None
    distinct: int | None = None
    tls: bool = False
    http2: bool = False
    expect: str = "HTTP/1.1 200"


class Tally:
    """The counters of all connections of an order."""

    def __init__(self, order: Order) -> None:
        self.latencies: list[float] = []
        self.failed = 0
        self.unexpected = ""  # the status line of the first unexpected response
        self.expect = order.expect.encode()
        self.until = 0.0
        self.left = order.requests if order.requests is not None else sys.maxsize

    def has_more(self, now: float) -> bool:
        self.left -= 1
        return self.left >= 0 and now < self.until


class Connection(asyncio.Protocol):
    """A connection that repeats its request."""

    def __init__(self, tally: Tally, request: Callable[[], bytes]) -> None:
        self._tally = tally
        self._request = request
        self._head = b""
        self._awaited = -1  # remaining bytes of the body; below 0 until the headers are complete
        self._sent = 0.0
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- for the types
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self._tally.failed += 1
            self.ended.set_result(None)

    def ask(self) -> None:
        now = self._sent = perf_counter()
        if self._tally.has_more(now):
            self._transport.write(self._request())
        elif not self.ended.done():
            self.ended.set_result(None)

    def data_received(self, data: bytes) -> None:
        if self._awaited < 0:
            data = self._read_head(data)
            if self._awaited < 0:
                return
        self._awaited -= len(data)
        if self._awaited == 0:
            self._tally.latencies.append(perf_counter() - self._sent)
            self._awaited = -1
            self.ask()

    def _read_head(self, data: bytes) -> bytes:
        """Read the response headers; returns what follows them, once they are complete."""
        if self._head:
            data = self._head + data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self._head = data
            return b""
        self._head = b""
        if data.find(self._tally.expect, 0, end) < 0:
            self._tally.failed += 1
            self._tally.unexpected = self._tally.unexpected or status_line(data)
        length = LENGTH.search(data, 0, end + 2)
        if length is None:  # the rest can't be parsed: count it, and close
            self._transport.abort()
            return b""
        self._awaited = int(length[1])
        return data[end + 4 :]


def requests_for(order: Order) -> Callable[[], bytes]:
    """Make the bytes of one request after the other."""
    lines = f"HTTP/1.1\r\nHost: {order.host}\r\nAccept: */*\r\nUser-Agent: bench\r\n\r\n"
    if order.http2:
        head = head_of(order.path, order.host)
        return lambda: head
    if "{n}" not in order.path:
        fixed = f"GET {order.path} {lines}".encode()
        return lambda: fixed
    before, _, after = order.path.partition("{n}")
    row = numbers if order.distinct is None else cycle(range(order.distinct))
    return lambda: f"GET {before}{next(row)}{after} {lines}".encode()


async def execute(order: Order) -> dict[str, float | str]:
    """Execute an order. Connections and handshakes are completed before the time starts."""
    loop = asyncio.get_running_loop()
    tally, request = Tally(order), requests_for(order)
    context = None
    if order.tls:  # a benchmark's client, on loopback: it has no secrets
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if order.http2:
            context.set_alpn_protocols(["h2"])
    connections = []
    for _ in range(order.connections):
        transport, connection = await loop.create_connection(
            lambda: Http2Connection(tally, request) if order.http2 else Connection(tally, request),
            "127.0.0.1",
            order.port,
            ssl=context,
            server_hostname="localhost" if context else None,
        )
        connections.append((transport, connection))
    began = perf_counter()
    tally.until = began + order.seconds
    for _, connection in connections:
        connection.ask()
    await asyncio.wait([connection.ended for _, connection in connections])
    seconds = perf_counter() - began
    for transport, _ in connections:
        transport.abort()
    return summary(tally, seconds)


def status_line(head: bytes) -> str:
    return head.partition(b"\r\n")[0].decode("latin-1")[:100]


def summary(tally: Tally, seconds: float) -> dict[str, float | str]:
    """The fields of a Slice."""
    ordered = sorted(tally.latencies)
    figures: dict[str, float | str] = {
        "requests": len(ordered),
        "seconds": seconds,
        "failed": tally.failed,
        "unexpected": tally.unexpected,
    }
    shares = {"p50_ms": 0.5, "p99_ms": 0.99}
    return figures | {
        name: percentile(ordered, share) * 1000 if ordered else 0.0
        for name, share in shares.items()
    }


def main() -> None:
    for line in sys.stdin:
        done = asyncio.run(execute(Order(**json.loads(line))))
        sys.stdout.write(json.dumps(done) + "\n")
        sys.stdout.flush()


def as_line(order: Order) -> str:
    return json.dumps(asdict(order)) + "\n"


if __name__ == "__main__":
    main()
