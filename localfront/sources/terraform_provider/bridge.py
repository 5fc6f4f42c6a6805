"""One connection from Terraform and its connection to the provider.

Calls that may have been answered before are collected; all others pass as they arrive.

Source: gRPC over HTTP2 (length-prefixed messages; trailers carry the status).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from h2.events import (
    DataReceived,
    Event,
    RequestReceived,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    TrailersReceived,
)

from localfront.sources.terraform_provider.http2_side import Headers, Http2Side
from localfront.sources.terraform_provider.remembered import METHODS, Remembered

SUCCESS = (b"grpc-status", b"0")
RESPONSE = ((b":status", b"200"), (b"content-type", b"application/grpc"))
PREFIX_BYTES = 5  # of a message: whether it is compressed, and its length


@dataclass(slots=True)
class _Call:
    """A call, by its streams on both connections. `method` only if it is collected."""

    stream: int
    headers: Headers
    method: bytes | None = None
    at_provider: int = 0
    request: bytearray = field(default_factory=bytearray)
    response_headers: Headers = ()
    response: bytearray = field(default_factory=bytearray)


class Bridge:
    """Hands events of one side to the other."""

    def __init__(self, terraform: Http2Side, provider: Http2Side, remembered: Remembered) -> None:
        self._terraform, self._provider = terraform, provider
        self._remembered = remembered
        self._calls: dict[int, _Call] = {}  # by Terraform's stream
        self._at_provider: dict[int, _Call] = {}

    def from_terraform(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            self._begin(event)
        elif isinstance(event, (DataReceived, StreamEnded, StreamReset)) and (
            call := self._calls.get(event.stream_id)
        ):
            self._continue(call, event)

    def _begin(self, event: RequestReceived) -> None:
        method = dict(event.headers)[b":path"]
        call = _Call(event.stream_id, event.headers, method if method in METHODS else None)
        self._calls[call.stream] = call
        if call.method is None:
            self._ask(call)

    def _ask(self, call: _Call) -> None:
        call.at_provider = self._provider.new_stream()
        self._at_provider[call.at_provider] = call
        self._provider.send_headers(call.at_provider, call.headers)

    def _continue(self, call: _Call, event: DataReceived | StreamEnded | StreamReset) -> None:
        if isinstance(event, StreamReset):
            self._forget(call)
            if call.at_provider:
                self._provider.reset(call.at_provider, event.error_code)
        elif call.method is None:
            if isinstance(event, DataReceived):
                self._provider.send(call.at_provider, event.data)
            else:
                self._provider.end(call.at_provider)
        elif isinstance(event, DataReceived):
            call.request += event.data
        elif (known := self._remembered.response(call.method, bytes(call.request))) is not None:
            self._forget(call)
            self._respond(call, RESPONSE, _prefixed(known), [SUCCESS])
        else:
            self._ask(call)
            self._provider.send(call.at_provider, bytes(call.request))
            self._provider.end(call.at_provider)

    def from_provider(self, event: Event) -> None:
        if isinstance(
            event, (ResponseReceived, DataReceived, TrailersReceived, StreamEnded, StreamReset)
        ) and (call := self._at_provider.get(event.stream_id)):
            if isinstance(event, StreamReset):
                self._forget(call)
                self._terraform.reset(call.stream, event.error_code)
            elif isinstance(event, ResponseReceived) and event.stream_ended:
                self._forget(call)  # an error, in trailers only
                self._terraform.send_headers(call.stream, event.headers, ends=True)
            elif call.method is None:
                self._pass(call, event)
            else:
                self._collect(call, call.method, event)

    def _pass(self, call: _Call, event: Event) -> None:
        if isinstance(event, ResponseReceived):
            self._terraform.send_headers(call.stream, event.headers)
        elif isinstance(event, DataReceived):
            self._terraform.send(call.stream, event.data)
        else:
            self._forget(call)
            trailers = event.headers if isinstance(event, TrailersReceived) else ()
            self._terraform.end(call.stream, trailers)

    def _collect(self, call: _Call, method: bytes, event: Event) -> None:
        if isinstance(event, ResponseReceived):
            call.response_headers = event.headers
        elif isinstance(event, DataReceived):
            call.response += event.data
        else:
            self._forget(call)
            trailers = event.headers if isinstance(event, TrailersReceived) else ()
            body = bytes(call.response)
            if SUCCESS in trailers and (message := _message(body)) is not None:
                request = bytes(call.request)
                body = _prefixed(self._remembered.remember(method, request, message))
            self._respond(call, call.response_headers, body, trailers)

    def _respond(self, call: _Call, headers: Headers, body: bytes, trailers: Headers) -> None:
        self._terraform.send_headers(call.stream, headers)
        self._terraform.send(call.stream, body)
        self._terraform.end(call.stream, trailers)

    def _forget(self, call: _Call) -> None:
        self._calls.pop(call.stream, None)
        self._at_provider.pop(call.at_provider, None)


def _message(body: bytes) -> bytes | None:
    """The body's only message; None if there are several, or it is compressed."""
    is_whole = len(body) == PREFIX_BYTES + int.from_bytes(body[1:PREFIX_BYTES])
    return body[PREFIX_BYTES:] if is_whole and body[0] == 0 else None


def _prefixed(message: bytes) -> bytes:
    return b"\0" + len(message).to_bytes(4) + message
