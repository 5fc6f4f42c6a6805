"""Servers that respond like an emulator's internal endpoints."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Routes = Mapping[str, Callable[[], object]]


@contextmanager
def http_server(responses: Routes, *, seen: list[Message] | None = None) -> Iterator[str]:
    """Answer `METHOD /path` with JSON, anything else with 404; yield the base URL.

    The headers of each request are added to `seen`.
    """

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            if seen is not None:
                seen.append(self.headers)
            self.rfile.read(int(self.headers.get("content-length", "0")))
            found = responses.get(f"{self.command} {self.path}")
            body = json.dumps(found() if found else None).encode()
            self.send_response(200 if found else 404)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = respond  # noqa: N815 (the library's names)

        def log_message(self, *_arguments: object) -> None:
            """Suppress the log."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
