"""A server on real sockets, and raw bytes sent to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from localfront.config.distribution import ViewerProtocolPolicy
from localfront.http_messages.bodies import Body, read_whole
from localfront.http_messages.messages import Request, Response
from localfront.server.certificates import Certificates
from localfront.server.delivery import OutgoingResponse
from localfront.server.http_server import Handler, HttpServer
from localfront.trust.authority import make_authority
from localfront.trust.files import utc_now
from tests.localfront.factories import (
    a_behavior,
    a_distribution,
    a_response,
    a_trace,
)
from tests.localfront.fakes import FakeClock, FakeOrigins, pipeline_of
from tests.trusting import trusting_only

AUTHORITIES = tuple(
    make_authority(name, now=utc_now()) for name in ("localhost", "example.com", "cloudfront.net")
)
CERTIFICATES = Certificates(AUTHORITIES, has_name=lambda _: True)
PATIENCE = 10  # seconds

Responder = Callable[[Request, Body], Awaitable[Response]]


@dataclass(slots=True)
class Recorder:
    """A handler that records requests and returns the given response."""

    response: Response = field(default_factory=a_response)
    requests: list[Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def __call__(self, request: Request, body: Body) -> Response:
        self.requests.append(request)
        self.bodies.append(await read_whole(body))
        return self.response


async def closed(port: int) -> None:
    """Wait until it refuses connections."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            return
        except ConnectionResetError:  # the connection was made just before
            continue
        writer.close()


@asynccontextmanager
async def serving(respond: Responder) -> AsyncIterator[HttpServer]:
    handle = handler_of(respond)
    async with HttpServer(handle, CERTIFICATES, http_port=0, https_port=0) as server:
        yield server


def handler_of(respond: Responder) -> Handler:
    """A server's handler that does not observe the delivery of its responses."""

    async def handle(request: Request, body: Body) -> OutgoingResponse:
        return OutgoingResponse(await respond(request, body))

    return handle


def through_the_pipeline(
    policy: ViewerProtocolPolicy = ViewerProtocolPolicy.ALLOW_ALL,
) -> Responder:
    clock = FakeClock()
    behavior = a_behavior(viewer_protocol_policy=policy)
    pipeline = pipeline_of(
        a_distribution(default_cache_behavior=behavior),
        origins=FakeOrigins(otherwise=a_response()),
        clock=clock,
    )

    async def respond(request: Request, body: Body) -> Response:
        return await pipeline.respond(request, body, a_trace())

    return respond


@dataclass(frozen=True, slots=True)
class Reply:
    """A response as received."""

    status: int
    reason: bytes
    lines: list[tuple[bytes, bytes]]
    body: bytes

    def all(self, name: bytes) -> list[bytes]:
        return [v for n, v in self.lines if n.lower() == name.lower()]


def parsed(wire: bytes) -> Reply:
    head, _, body = wire.partition(b"\r\n\r\n")
    start, *lines = head.split(b"\r\n")
    _, status, reason = start.split(b" ", 2)
    split = [line.partition(b": ") for line in lines]
    return Reply(int(status), reason, [(n, v) for n, _, v in split], body)


async def exchange(port: int, wire: bytes) -> bytes:
    """Send raw bytes, and read until the server closes the connection."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(wire)
        try:
            return await reader.read()
        finally:
            writer.close()


def request_bytes(target: bytes = b"/", *lines: bytes, method: bytes = b"GET") -> bytes:
    head = [
        method + b" " + target + b" HTTP/1.1",
        b"Host: logs.example.com",
        b"Connection: close",
        *lines,
    ]
    return b"\r\n".join(head) + b"\r\n\r\n"


async def over_tls(port: int, name: str | None, wire: bytes) -> tuple[bytes, set[str]]:
    """The response, and the names in the server's certificate."""
    trusting = trusting_only(*AUTHORITIES)
    trusting.check_hostname = name is not None
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=trusting, server_hostname=name or ""
        )
        certificate = writer.get_extra_info("peercert")
        writer.write(wire)
        try:
            response = await reader.read()
        finally:
            writer.close()
    return response, {value for _, value in certificate["subjectAltName"]}
