"""One connection from Terraform and its connections to the provider's processes.

Calls that may need no provider are collected, and so is the one that configures the
provider, which decides on the process for all later calls; all others pass as they arrive.

Source: gRPC over HTTP2 (length-prefixed messages; trailers carry the status).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from h2.events import (
    DataReceived,
    Event,
    RequestReceived,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    TrailersReceived,
)

from localfront.sources.terraform_provider.cached_responses import METHODS, CachedResponses
from localfront.sources.terraform_provider.configure_error import configure_error
from localfront.sources.terraform_provider.http2_side import Headers, Http2Side
from localfront.sources.terraform_provider.processes import CONFIGURE, ProviderProcesses

SUCCESS = (b"grpc-status", b"0")
RESPONSE = ((b":status", b"200"), (b"content-type", b"application/grpc"))
PREFIX_BYTES = 5  # of a message: whether it is compressed, and its length


@dataclass(slots=True)
class _Call:
    """A call, by its streams on both connections. `method` only if it is collected."""

    stream: int
    headers: Headers
    method: bytes | None = None
    provider: Http2Side | None = None
    at_provider: int = 0
    request: bytearray = field(default_factory=bytearray)
    response_headers: Headers = ()
    response: bytearray = field(default_factory=bytearray)


class Bridge:
    """Hands calls to a provider's processes, and their responses to Terraform."""

    def __init__(
        self, terraform: Http2Side, processes: ProviderProcesses, cached: CachedResponses
    ) -> None:
        self._terraform, self._processes = terraform, processes
        self._cached = cached
        self._calls: dict[int, _Call] = {}  # by Terraform's stream
        self._at_providers: dict[tuple[Http2Side, int], _Call] = {}
        self._providers: dict[str, Http2Side] = {}  # by socket
        self._reading: set[asyncio.Task[None]] = set()
        self._is_over = asyncio.Event()

    async def run(self) -> None:
        """Run until Terraform or a process closes its connection."""
        try:
            self._current = await self._connected(self._processes.first)
            self._read(self._from_terraform())
            await self._is_over.wait()
        finally:
            for task in self._reading:
                task.cancel()
            for provider in self._providers.values():
                provider.close()  # before the wait, which may be cancelled
            await asyncio.gather(*self._reading, return_exceptions=True)

    async def _connected(self, address: str) -> Http2Side:
        if address not in self._providers:
            streams = await asyncio.open_unix_connection(address)
            self._providers[address] = provider = Http2Side(*streams, client=True)
            self._read(self._from_provider(provider))
        return self._providers[address]

    def _read(self, direction: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(direction)
        self._reading.add(task)
        task.add_done_callback(lambda _: self._is_over.set())

    async def _from_terraform(self) -> None:
        while events := await self._terraform.events():
            for event in events:
                if isinstance(event, RequestReceived):
                    self._begin(event)
                elif isinstance(event, (DataReceived, StreamEnded, StreamReset)) and (
                    call := self._calls.get(event.stream_id)
                ):
                    await self._continue(call, event)
            self._flush()

    async def _from_provider(self, provider: Http2Side) -> None:
        while events := await provider.events():
            for event in events:
                self._receive(provider, event)
            self._flush()

    def _flush(self) -> None:
        for side in (self._terraform, *self._providers.values()):
            side.flush()

    def _begin(self, event: RequestReceived) -> None:
        method = dict(event.headers)[b":path"]
        is_collected = method in METHODS or method in CONFIGURE
        call = _Call(event.stream_id, event.headers, method if is_collected else None)
        self._calls[call.stream] = call
        if call.method is None:
            self._ask(call)

    def _ask(self, call: _Call) -> Http2Side:
        call.provider = self._current
        call.at_provider = call.provider.new_stream()
        self._at_providers[call.provider, call.at_provider] = call
        call.provider.send_headers(call.at_provider, call.headers)
        return call.provider

    async def _continue(self, call: _Call, event: DataReceived | StreamEnded | StreamReset) -> None:
        if isinstance(event, StreamReset):
            self._forget(call)
            if call.provider:
                call.provider.reset(call.at_provider, event.error_code)
        elif call.method is not None:
            if isinstance(event, DataReceived):
                call.request += event.data
            else:
                await self._respond_or_ask(call, call.method)
        elif call.provider:
            if isinstance(event, DataReceived):
                call.provider.send(call.at_provider, event.data)
            else:
                call.provider.end(call.at_provider)

    async def _respond_or_ask(self, call: _Call, method: bytes) -> None:
        request = bytes(call.request)
        if method in CONFIGURE:
            response = await self._configured_by(request)
        else:
            response = self._cached.response(method)
        if response is not None:
            self._forget(call)
            self._respond(call, RESPONSE, _prefixed(response), [SUCCESS])
            return
        provider = self._ask(call)
        provider.send(call.at_provider, request)
        provider.end(call.at_provider)

    async def _configured_by(self, request: bytes) -> bytes | None:
        """Go on with the configuration's process, or return a response with the error."""
        try:
            self._current = await self._connected(await self._processes.configured_by(request))
        except OSError as error:
            return configure_error("A provider could not be started", str(error))
        return None

    def _receive(self, provider: Http2Side, event: Event) -> None:
        if isinstance(
            event, (ResponseReceived, DataReceived, TrailersReceived, StreamEnded, StreamReset)
        ) and (call := self._at_providers.get((provider, event.stream_id))):
            if isinstance(event, StreamReset):
                self._forget(call)
                self._terraform.reset(call.stream, event.error_code)
            elif isinstance(event, ResponseReceived) and event.stream_ended:
                self._forget(call)  # an error, in trailers only
                self._terraform.send_headers(call.stream, event.headers, ends=True)
            elif call.method in METHODS:
                self._collect(call, event)
            else:
                self._pass(call, event)

    def _pass(self, call: _Call, event: Event) -> None:
        if isinstance(event, ResponseReceived):
            self._terraform.send_headers(call.stream, event.headers)
        elif isinstance(event, DataReceived):
            self._terraform.send(call.stream, event.data)
        else:
            self._forget(call)
            trailers = event.headers if isinstance(event, TrailersReceived) else ()
            self._terraform.end(call.stream, trailers)

    def _collect(self, call: _Call, event: Event) -> None:
        if isinstance(event, ResponseReceived):
            call.response_headers = event.headers
        elif isinstance(event, DataReceived):
            call.response += event.data
        else:
            self._forget(call)
            trailers = event.headers if isinstance(event, TrailersReceived) else ()
            body = bytes(call.response)
            if SUCCESS in trailers and (message := _message(body)) is not None:
                body = _prefixed(self._cached.store(message))
            self._respond(call, call.response_headers, body, trailers)

    def _respond(self, call: _Call, headers: Headers, body: bytes, trailers: Headers) -> None:
        self._terraform.send_headers(call.stream, headers)
        self._terraform.send(call.stream, body)
        self._terraform.end(call.stream, trailers)

    def _forget(self, call: _Call) -> None:
        self._calls.pop(call.stream, None)
        if call.provider:
            self._at_providers.pop((call.provider, call.at_provider), None)


def _message(body: bytes) -> bytes | None:
    """The body's only message; None if there are several, or it is compressed."""
    is_whole = len(body) == PREFIX_BYTES + int.from_bytes(body[1:PREFIX_BYTES])
    return body[PREFIX_BYTES:] if is_whole and body[0] == 0 else None


def _prefixed(message: bytes) -> bytes:
    return b"\0" + len(message).to_bytes(4) + message
