"""A page and its 30 assets, loaded in a real browser over HTTPS.

A measuring page loads it in a frame, repeatedly, and posts the load times.
"""

from __future__ import annotations

import json
import os
import queue
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

from bench.cores import Cores
from bench.errors import BenchError
from bench.processes import running
from harness.processes.chromium import find_chromium
from harness.processes.ports import LOOPBACK

PAGE = Path(__file__).with_name("measuring_page.html")
MOST_BYTES = 1024 * 1024
OPTIONS = (
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--ignore-certificate-errors",  # the certificate authority is created for this run
)

Took = dict[str, list[float]]


def load_times(
    pages: Mapping[str, str], *, rounds: int, directory: Path, cores: Cores, seconds: float
) -> Took:
    """The load times of each page in milliseconds, from the navigation to its load event.

    Raises BenchError, and MissingToolError if there is no browser.
    """
    chromium = find_chromium(os.environ)
    with (
        _measuring_page() as (port, posted),
        tempfile.TemporaryDirectory(dir=directory) as profile,
    ):
        query = quote(json.dumps({"pages": pages, "rounds": rounds}))
        # Chromium has no sandbox for root, the usual user in containers and CI.
        for_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        url = f"http://{LOOPBACK}:{port}/#{query}"
        command: list[str | Path] = [
            chromium,
            *OPTIONS,
            *for_root,
            f"--user-data-dir={profile}",
            url,
        ]
        log = directory / "logs" / "browser.log"
        with running(command, log=log, cores=cores, env=os.environ):
            try:
                return posted.get(timeout=seconds)
            except queue.Empty as error:
                raise BenchError(f"The browser reported nothing within {seconds:g} s.") from error


@contextmanager
def _measuring_page() -> Iterator[tuple[int, queue.Queue[Took]]]:
    """A server for the measuring page: its port, and the queue of times that the page posts."""
    posted: queue.Queue[Took] = queue.Queue()

    class Visitor(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGE.read_bytes() if self.path == "/" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length", "0")), MOST_BYTES)
            posted.put(json.loads(self.rfile.read(length)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Suppress the log."""

    server = ThreadingHTTPServer((LOOPBACK, 0), Visitor)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, posted
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
