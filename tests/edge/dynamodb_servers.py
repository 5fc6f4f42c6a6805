"""Local servers in DynamoDB's place: moto's, and some that fail.

moto brings a server of its own, but that one needs Flask; its DynamoDB alone does not.
"""

import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from moto.core.request import Request
from moto.dynamodb.responses import DynamoHandler

MOTO_URL = "https://dynamodb.us-east-1.amazonaws.com/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A received request; header names in lower case."""

    headers: Mapping[str, str]
    body: bytes


Respond = Callable[[Received], tuple[int, bytes]]
After = Literal["keep", "close", "close announced", "surplus"]


def always(response: bytes, *, status: int = 200) -> Respond:
    return lambda _: (status, response)


def moto_dynamodb(received: Received) -> tuple[int, bytes]:
    request = Request.from_primitives("POST", MOTO_URL, received.headers, received.body)
    status, _, body = DynamoHandler.dispatch(request, MOTO_URL, request.headers)
    return status, body.encode()


class Server:
    """Answers every `POST /`, and records the requests.

    After an answer the connection is kept, or closed: announced by a header, or without
    a word of it, as servers do with connections that have idled too long. As surplus the first
    answer is sent twice, the second time when `more` is set, and then `sent` is.
    """

    def __init__(
        self,
        respond: Respond,
        *,
        after: After = "keep",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.respond = respond
        self.after = after
        self.received: list[Received] = []
        self.connections = 0
        self.more, self.sent = threading.Event(), threading.Event()
        self._http = _Listener(("127.0.0.1", 0), _connection_of(self))
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self.host = f"127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True  # a connection may be kept open longer than the test

    def handle_error(self, *_: object) -> None: ...  # clients hang up on purpose


def _connection_of(server: Server) -> type[BaseHTTPRequestHandler]:
    class Connection(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # headers and body are two writes; the second should not wait for an ACK
        disable_nagle_algorithm = True

        def setup(self) -> None:
            server.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): self.headers[name] for name in self.headers}
            received = Received(headers=headers, body=body)
            server.received.append(received)
            status, response = server.respond(received)
            self.send_response(status)
            self.send_header("Content-Length", str(len(response)))
            if server.after == "close announced":
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(response)
            self.close_connection = server.after.startswith("close")
            if server.after == "surplus" and len(server.received) == 1:
                server.more.wait(10)
                head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
                self.wfile.write(head % len(response) + response)
                server.sent.set()

        def log_message(self, *_: object) -> None: ...

    return Connection
