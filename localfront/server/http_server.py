"""The HTTP and HTTPS servers on loopback.

Built on aiohttp's low-level server, which preserves the raw request target and the letter case of
header names, as Lambda@Edge events show them (LE-010). Bodies are streamed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from aiohttp.streams import StreamReader
from yarl import URL

from localfront.errors import LocalfrontError
from localfront.exchange.refusal import Refusal
from localfront.http_messages.messages import Request
from localfront.http_messages.websockets import is_upgrade
from localfront.responses.own_responses import refused_outright
from localfront.server.at_once import AtOnce, RespondAtOnce, never
from localfront.server.certificates import Certificates
from localfront.server.delivery import Delivery, OutgoingResponse
from localfront.server.http_connection import Patience, ViewerConnection
from localfront.server.http_transaction import Handler, Refuse, Transaction, report_delivery
from localfront.server.http_writing import closing_message
from localfront.server.negotiation import Negotiation
from localfront.server.stopping import GRACE_SECONDS, UnderWay

if TYPE_CHECKING:
    from localfront.server.http2_connection import Http2Connection

__all__ = ["Handler", "HttpServer", "PortTakenError"]

# Above CloudFront's own limits, so that localfront itself answers 414 and 494 (VP-009, VP-010).
MAX_LINE_BYTES = 64 * 1024
# After the grace period connections are cut; this long their tasks have to notice.
CUT_SECONDS = 0.1
PATIENCE = Patience()


class PortTakenError(LocalfrontError):
    """Another program listens on the port."""


class HttpServer:
    """Serves one handler on two ports; a context manager. Port 0 takes a free one.

    `refuse` answers requests that never reach the handler. At shutdown, requests in flight have
    `grace` seconds, or until `hurry` is set.
    """

    def __init__(
        self,
        handler: Handler,
        certificates: Certificates,
        *,
        http_port: int,
        https_port: int,
        host: str = "127.0.0.1",
        refuse: Refuse | None = None,
        patience: Patience = PATIENCE,
        grace: float = GRACE_SECONDS,
        hurry: asyncio.Event | None = None,
        offers_http2: Callable[[str], bool] = lambda _: True,
        at_once: RespondAtOnce = never,
    ) -> None:
        self._handler = handler
        self._refuse = refuse or (lambda _, refusal: OutgoingResponse(refused_outright(refusal)))
        self._certificates = certificates
        self._host = host
        self._patience = patience
        self._under_way = UnderWay(grace=grace, hurry=hurry)
        self._offers_http2 = offers_http2
        self._at_once = AtOnce(at_once, self._under_way)
        self._http2: set[Http2Connection] = set()
        self._stack = AsyncExitStack()
        self.http_port = http_port
        self.https_port = https_port

    async def __aenter__(self) -> Self:
        server = web.Server(self._handle, request_factory=_request)
        self._stack.push_async_callback(server.shutdown, CUT_SECONDS)
        self._stack.push_async_callback(self._finish, server)
        try:
            self.http_port = await self._listen(server, self.http_port, secure=False)
            self.https_port = await self._listen(server, self.https_port, secure=True)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def _listen(self, server: web.Server, port: int, *, secure: bool) -> int:
        context = self._certificates.default if secure else None
        loop = asyncio.get_running_loop()
        try:
            listening = await loop.create_server(
                lambda: self._negotiation(server) if secure else self._connection(server),
                self._host,
                port,
                ssl=context,
                ssl_handshake_timeout=self._patience.head if secure else None,
                backlog=128,
            )
        except OSError as error:
            option = "--https-port" if secure else "--http-port"
            raise PortTakenError(
                f"Port {port} on {self._host} can't be used ({error.strerror}). Stop "
                f"the program that listens there, or choose another with {option}."
            ) from error
        self._stack.callback(listening.close)
        return int(listening.sockets[0].getsockname()[1])

    def _connection(self, server: web.Server) -> ViewerConnection:
        return ViewerConnection(
            server,
            refuse=self._refused_unread,
            patience=self._patience,
            at_once=self._at_once,
            loop=asyncio.get_running_loop(),
            # Otherwise a compressed upload would be forwarded decoded, with its old
            # Content-Encoding.
            auto_decompress=False,
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_LINE_BYTES,
            max_headers=1000,
        )

    def _negotiation(self, server: web.Server) -> Negotiation:
        return Negotiation(http1=lambda: self._connection(server), http2=self._http2_connection)

    def _http2_connection(self) -> Http2Connection:
        # h2 takes a tenth of a second to import, so only when a viewer speaks HTTP/2.
        from localfront.server.http2_connection import Http2Connection, Serving

        serving = Serving(
            handler=self._handler,
            refuse=self._refuse,
            patience=self._patience,
            under_way=self._under_way,
            offers_http2=self._offers_http2,
        )
        return Http2Connection(serving, self._http2)

    async def _finish(self, server: web.Server) -> None:
        """Accept no new connections; let requests in flight finish."""
        self._under_way.last()
        await asyncio.sleep(0)  # connections accepted before
        for connection in server.connections:
            if not self._under_way.has(connection):
                connection.close()
        for http2 in tuple(self._http2):
            http2.leave()
        await self._under_way.finish()
        for connection in server.connections:  # a task can be cut
            if isinstance(connection, ViewerConnection):
                connection.hand_to_the_task()
        for http2 in tuple(self._http2):
            http2.cut()

    async def _handle(self, incoming: web.BaseRequest) -> web.StreamResponse:
        connection = incoming.protocol
        assert isinstance(connection, ViewerConnection)  # noqa: S101 -- no other is made
        begun = connection.take_begun()
        handler = self._handler if begun is None else begun.rest
        if begun is None:
            connection.begins(incoming.content)
        self._under_way.begins(connection)
        try:
            exchange = Transaction(
                incoming,
                connection.peer,
                self._refuse,
                seconds=self._patience.body,
                since=time.perf_counter() if begun is None else begun.since,
            )
            with exchange:
                response = await exchange.respond(handler)
                if response.response.websocket is not None:
                    self._under_way.ends(connection)
                last = self._under_way.is_last or _ends_http(incoming)
                return await exchange.send(response, last=last)
        finally:
            self._under_way.ends(connection)
            connection.ends()

    def _refused_unread(
        self, connection: ViewerConnection, request: Request, refusal: Refusal
    ) -> bytes:
        peer = connection.peer
        request_with_peer = replace(
            request,
            client_ip=peer.address,
            client_port=peer.port,
            scheme=peer.scheme,
            tls=peer.tls,
        )
        response = self._refuse(request_with_peer, refusal)
        message = closing_message(response.response, has_body=request.method != "HEAD")
        delivery = Delivery(
            seconds=0.0,
            seconds_to_first_byte=0.0,
            bytes_received=connection.head_bytes,
            bytes_sent=len(message),
            aborted="",
        )
        report_delivery(response, delivery)
        return message


def _ends_http(incoming: web.BaseRequest) -> bool:
    """Whether nothing after this request can be read.

    After CONNECT the bytes are not HTTP; after an upgrade other than WebSocket's, which is never
    accepted, the parser has dropped some.
    """
    upgrade = incoming.headers.get("Upgrade")
    return incoming.method == "CONNECT" or (upgrade is not None and not is_upgrade(upgrade))


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    try:
        return web.BaseRequest(message, payload, protocol, writer, task, loop)
    except (ValueError, AttributeError):
        # aiohttp cannot decode the target's host; its `url` is never used here.
        plain = message._replace(url=URL("/"), path=message.path or "/")
        return web.BaseRequest(plain, payload, protocol, writer, task, loop)
