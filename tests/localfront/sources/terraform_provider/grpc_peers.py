"""Terraform and a provider on Unix sockets, as far as gRPC goes: messages of any size, one by one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    DataReceived,
    Event,
    RequestReceived,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    TrailersReceived,
)

PATIENCE = 20  # seconds
READ_BYTES = 65_536
Headers = list[tuple[bytes, bytes]]
OK: Headers = [(b"grpc-status", b"0")]


@dataclass(slots=True)
class Message:
    """A message that one side sent on a stream."""

    headers: Headers = field(default_factory=list)
    body: bytes = b""
    trailers: Headers = field(default_factory=list)
    ended_at_once: bool = False  # the headers' own frame ended the stream
    was_reset: bool = False


def prefixed(message: bytes) -> bytes:
    """A message as gRPC frames it, without compression."""
    return b"\0" + len(message).to_bytes(4) + message


def request_headers(method: bytes) -> Headers:
    return [
        (b":method", b"POST"),
        (b":scheme", b"http"),
        (b":path", method),
        (b":authority", b"localhost"),
        (b"content-type", b"application/grpc"),
        (b"te", b"trailers"),
    ]


class Peer:
    """One end of a connection, in h2's default windows of 64 KiB."""

    def __init__(self, connection: socket.socket, *, client: bool) -> None:
        self.socket = connection
        self.http = H2Connection(H2Configuration(client_side=client, header_encoding=None))
        self.http.initiate_connection()
        self.messages: dict[int, Message] = {}
        self.ended: list[int] = []
        self.flush()

    def flush(self) -> None:
        self.socket.sendall(self.http.data_to_send())

    def read(self) -> bool:
        """Take what has arrived. Whether the connection is still open."""
        if not (piece := self.socket.recv(READ_BYTES)):
            return False
        for event in self.http.receive_data(piece):
            self._take(event)
        self.flush()
        return True

    def _take(self, event: Event) -> None:
        if isinstance(event, (RequestReceived, ResponseReceived)):
            self.messages[event.stream_id] = Message(
                headers=list(event.headers), ended_at_once=event.stream_ended is not None
            )
        elif isinstance(event, DataReceived):
            self.messages[event.stream_id].body += event.data
            self.http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, TrailersReceived):
            self.messages[event.stream_id].trailers = list(event.headers)
        elif isinstance(event, StreamReset):
            self.messages.setdefault(event.stream_id, Message()).was_reset = True
            self.ended.append(event.stream_id)
        elif isinstance(event, StreamEnded):
            self.ended.append(event.stream_id)

    def send(self, stream: int, body: bytes) -> None:
        """Send a body, as far as and whenever the other end's windows allow."""
        while body:
            room = self.http.local_flow_control_window(stream)
            length = min(room, self.http.max_outbound_frame_size, len(body))
            if length:
                self.http.send_data(stream, body[:length])
                body = body[length:]
                self.flush()
            elif not self.read():
                raise ConnectionError("closed while a window was awaited")


Respond = Callable[[Peer, int, Message], None]


def respond(peer: Peer, stream: int, body: bytes, trailers: Headers = OK) -> None:
    peer.http.send_headers(stream, [(b":status", b"200"), (b"content-type", b"application/grpc")])
    peer.send(stream, body)
    peer.http.send_headers(stream, trailers, end_stream=True)
    peer.flush()


def echo(peer: Peer, stream: int, message: Message) -> None:
    respond(peer, stream, message.body)


@contextmanager
def provider(address: Path, respond: Respond) -> Iterator[list[bytes]]:
    """A provider's socket. Yields the methods that were called, in order."""
    methods: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            peer = Peer(connection, client=False)
            while peer.read():
                while peer.ended:
                    stream = peer.ended.pop(0)
                    methods.append(dict(peer.messages[stream].headers)[b":path"])
                    respond(peer, stream, peer.messages[stream])

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(str(address))
        listening.listen()
        threading.Thread(target=accept, daemon=True).start()
        yield methods
        listening.shutdown(socket.SHUT_RDWR)  # ends the thread


@contextmanager
def terraform(address: str) -> Iterator[Peer]:
    """Terraform's connection to a socket."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE)
        connection.connect(address)
        yield Peer(connection, client=True)


def ask(peer: Peer, method: bytes, request: bytes = b"") -> int:
    """Send a whole call. Returns its stream."""
    stream = peer.http.get_next_available_stream_id()
    peer.http.send_headers(stream, request_headers(method))
    peer.send(stream, prefixed(request))
    peer.http.end_stream(stream)
    peer.flush()
    return stream


def response(peer: Peer, stream: int) -> Message:
    """The response to a call. Raises ConnectionError if the connection closes before."""
    while stream not in peer.ended:
        if not peer.read():
            raise ConnectionError("closed without a response")
    return peer.messages[stream]
