"""A handler whose requests begin without a task and wait for the test, and its viewers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from localfront.http_messages.bodies import Body
from localfront.http_messages.head_memo import HeadMemo
from localfront.http_messages.messages import Request, Response
from localfront.server.at_once import Responding
from localfront.server.delivery import Delivery, OutgoingResponse
from localfront.server.http_server import HttpServer
from tests.localfront.factories import a_response
from tests.localfront.wire import CERTIFICATES, PATIENCE

GET = b"GET /a HTTP/1.1\r\nHost: logs.example.com\r\n\r\n"
OTHER = GET.replace(b"/a", b"/other").replace(b"Host", b"X-New: 1\r\nHost")  # new lines: a task's


@dataclass(slots=True)
class Begun:
    """A handler that waits for the test when a request is repeated; `ways` records its paths."""

    respond: Callable[[Request], Awaitable[Response]] | None = None
    ways: list[str] = field(default_factory=list)
    delivered: asyncio.Queue[Delivery] = field(default_factory=asyncio.Queue)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: dict[int, asyncio.Future[None]] = field(default_factory=dict)  # by the viewer's port
    has_begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: Request, body: Body) -> OutgoingResponse:
        self.ways.append(f"{request.uri} by task")
        return OutgoingResponse(numbered(request), self.delivered.put_nowait)

    def at_once(self, request: Request, *, head: HeadMemo, max_bytes: int) -> Responding:
        return self._begun(request)

    async def _begun(self, request: Request) -> OutgoingResponse:
        without_a_task = asyncio.current_task() is None
        self.ways.append(f"{request.uri} {'begun' if without_a_task else 'by task'}")
        self.waiting[request.client_port] = asyncio.get_running_loop().create_future()
        self.has_begun.set()
        try:
            await self.waiting[request.client_port]
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        response = await self.respond(request) if self.respond else numbered(request)
        return OutgoingResponse(response, self.delivered.put_nowait)

    def release(self) -> None:
        for waiting in self.waiting.values():
            if not waiting.done():
                waiting.set_result(None)


def numbered(request: Request) -> Response:
    return a_response(body=f"{request.uri} for {request.client_port}".encode())


@dataclass(slots=True)
class Viewer:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def port(self) -> int:
        port: int = self.writer.get_extra_info("sockname")[1]
        return port

    def send(self, wire: bytes) -> None:
        self.writer.write(wire)

    async def receive(self) -> tuple[bytes, bytes]:
        """The head and the body of the next response."""
        async with asyncio.timeout(PATIENCE):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            return head, await self.reader.readexactly(length)

    async def receive_body(self) -> str:
        return (await self.receive())[1].decode()


@asynccontextmanager
async def serving(begun: Begun, *, grace: float = 5.0) -> AsyncIterator[HttpServer]:
    async with HttpServer(
        begun.handle, CERTIFICATES, http_port=0, https_port=0, at_once=begun.at_once, grace=grace
    ) as server:
        yield server


@asynccontextmanager
async def viewing(server: HttpServer) -> AsyncIterator[Viewer]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.http_port)
    try:
        yield Viewer(reader, writer)
    finally:
        writer.close()


@asynccontextmanager
async def begun_on(begun: Begun, *, grace: float = 5.0) -> AsyncIterator[Viewer]:
    """A viewer whose second request has begun, and waits."""
    async with serving(begun, grace=grace) as server, viewing(server) as viewer:
        await begin(begun, viewer)
        yield viewer


async def begin(begun: Begun, viewer: Viewer) -> None:
    viewer.send(GET)
    assert await viewer.receive_body() == f"/a for {viewer.port}"
    begun.has_begun.clear()
    viewer.send(GET)
    async with asyncio.timeout(PATIENCE):
        await begun.has_begun.wait()


async def read_by_the_server() -> None:
    """Wait until the server has read what was written."""
    await asyncio.sleep(0.05)
