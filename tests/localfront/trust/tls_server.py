"""A server on a real port that presents one certificate, whatever the requested name."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from localfront.server.certificates import server_context
from localfront.trust.authority import Certified

PAGE = b"<title>served</title>"


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name there
        """Suppress the log."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore errors: these tests are about clients that refuse the certificate."""


@contextlib.contextmanager
def showing(certified: Certified) -> Iterator[int]:
    """The server's port on loopback."""
    server = _Server(("127.0.0.1", 0), _Page)
    context = server_context(certified)
    # The handshake is the connection's thread's, or one client that waits would block the others.
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
