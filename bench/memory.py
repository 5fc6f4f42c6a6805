"""localfront's memory before and after many hits, and while it streams a gigabyte."""

from __future__ import annotations

import math
import socket
import threading

from bench.bare_server import LOOPBACK, STREAM_BYTES
from bench.cases import BUSY
from bench.errors import BenchError
from bench.generator import Generator
from bench.report import Figures
from bench.served_site import HIT, Server

MB = 1_000_000
LOOKS_EVERY = 0.05  # seconds
WARM_UP = 5_000  # hits until the interpreter's caches have reached their size


def memory(load: Generator, server: Server, hits: int) -> Figures:
    target = server.target("/hit", expect=HIT)
    load.carry_out(target.expecting("HTTP/1.1 200").by_number(WARM_UP, connections=BUSY))
    before = server.process.resident_bytes()
    done = load.carry_out(target.by_number(hits, connections=BUSY))
    after = server.process.resident_bytes()
    peak = peak_while_streaming(server)
    return {
        "hits": done.requests,
        "rss_before_mb": before / MB,
        "rss_after_mb": after / MB,
        "growth_mb": (after - before) / MB,
        "stream_mb": STREAM_BYTES / MB,
        "stream_peak_over_idle_mb": max(0, peak - after) / MB,
        "cpu_us": done.cpu_us_per_request or math.nan,
        "failed": done.failed,
    }


def peak_while_streaming(server: Server) -> int:
    """The peak while a body is streamed at full speed."""
    done = threading.Event()
    seen = [server.process.resident_bytes()]

    def watch() -> None:
        while not done.wait(LOOKS_EVERY):
            seen.append(server.process.resident_bytes())

    watcher = threading.Thread(target=watch, name="memory watch", daemon=True)
    watcher.start()
    try:
        received = download(server.http_port, "/stream")
    finally:
        done.set()
        watcher.join()
    if received < STREAM_BYTES:
        raise BenchError(f"of {STREAM_BYTES} streamed bytes, {received} arrived.")
    return max(seen)


def download(port: int, path: str) -> int:
    """The number of bytes received, headers and body, until the server closes the connection."""
    buffer, received = bytearray(1 << 20), 0
    with socket.create_connection((LOOPBACK, port), timeout=60) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        while count := connection.recv_into(buffer):
            received += count
    return received
