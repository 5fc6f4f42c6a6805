"""The HTTP client for origins: connect, send, read, and the viewer's status on failure.

Bodies are streamed in both directions.

Source: CloudFront Developer Guide, "HTTP 502" and "HTTP 504 status code", origin settings
(OG-001..005, OR-016, OR-017).
"""

from __future__ import annotations

import asyncio
import re
from functools import lru_cache
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from localfront.config.distribution import Origin
from localfront.http_messages.bodies import Body
from localfront.http_messages.hop_by_hop import without_named
from localfront.http_messages.messages import Request, Response
from localfront.http_messages.websockets import is_upgrade
from localfront.origins.body import OriginBody, in_time
from localfront.origins.destinations import Destination, split
from localfront.origins.failures import (
    NO_CONNECTION,
    NO_RESPONSE,
    NOT_CONNECTED,
    NOT_HTTP,
    NOT_SENDABLE,
    Failure,
    ended,
    in_short,
    named,
)
from localfront.origins.kept_connections import (
    KeptConnectionLostError,
    KeptConnections,
)
from localfront.origins.new_connections import NewConnections
from localfront.origins.origin_response import OriginResponse, final_response, release_after_whole
from localfront.origins.request_writing import head_of, write
from localfront.origins.websocket import connected
from localfront.origins.whole_response import WholeResponse, WholeResponses

MAX_HEAD_BYTES = 32_768  # VP-011
RETRIED_METHODS = frozenset({"GET", "HEAD"})  # OG-003
MAX_LINES = 1000
DESTINATIONS = 256  # a limit, as functions may set any
# Framing of this hop: not part of the response.
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "trailer", "upgrade"})
# In a URL these would end the target early, break its line, or be dropped.
UNSENDABLE = re.compile(r"[\x00-\x20\x7f#\ud800-\udfff]")


class OriginClient:
    """Sends requests over persistent connections; a context manager.

    `refused_connection` is the viewer's status if the origin refuses connections (table D.1, row
    11).
    """

    _kept: KeptConnections
    _new: NewConnections
    _sockets: aiohttp.ClientSession

    def __init__(self, *, refused_connection: int = 502) -> None:
        self._refused = Failure(refused_connection, NOT_CONNECTED.failover_on, NOT_CONNECTED.detail)
        self._destination = lru_cache(maxsize=DESTINATIONS)(Destination)

    async def __aenter__(self) -> Self:
        self._kept, self._new = KeptConnections(), NewConnections()
        self._sockets = _sockets(self._new)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._sockets.close()
        await self._kept.close()
        await self._new.close()

    async def send(self, url: str, request: Request, body: Body, origin: Origin) -> Response:
        """Send a request to an (encoded) URL, with the origin's number of attempts.

        Only idempotent requests use a persistent connection; they are sent again on a new one if
        that is dead or out of step (RFC 9110, 9.2.2; RFC 9112, 9.3.1). The response's body is
        streamed; its reader closes it. Raises OriginError: 502 if it cannot connect or the response
        is not HTTP, 504 on a time-out.
        """
        if is_upgrade(request.headers.get("upgrade")):
            return await connected(self._sockets, url, request, origin)
        if UNSENDABLE.search(url):
            problem = "has a path that can't be sent unchanged"
            raise NOT_SENDABLE.error(named(origin, url), problem)
        limit = origin.response_completion_timeout
        deadline = None if limit is None else asyncio.get_running_loop().time() + limit
        attempts = self._attempts(url, request, body, origin, deadline)
        if deadline is None:
            return await attempts
        try:
            return await in_time(attempts, deadline)
        except TimeoutError as error:  # OG-005
            problem = f"did not finish within {limit} s, over all attempts"
            raise NO_RESPONSE.error(named(origin, url), problem) from error

    async def _attempts(
        self,
        url: str,
        request: Request,
        body: Body,
        origin: Origin,
        deadline: float | None,
    ) -> Response:
        attempts = origin.connection_attempts
        for attempt in range(1, attempts + 1):
            last = attempt == attempts
            final = last or request.method not in RETRIED_METHODS
            try:
                return await self._exchange(url, request, body, origin, deadline)
            except aiohttp.ConnectionTimeoutError as error:
                if last:
                    problem = f"accepted no connection within {origin.connection_timeout} s"
                    raise NO_CONNECTION.error(named(origin, url), problem) from error
            except aiohttp.ServerTimeoutError as error:
                if final:
                    problem = f"did not respond for {origin.read_timeout} s"
                    raise NO_RESPONSE.error(named(origin, url), problem) from error
            except aiohttp.ClientConnectorError as error:
                # Refused or unknown name: an immediate retry would fail too.
                problem = f"can't be connected to: {error}"
                raise self._refused.of(error).error(named(origin, url), problem) from error
            except (aiohttp.ServerDisconnectedError, OSError) as error:
                if final:
                    problem = f"did not respond: {ended(error)}"
                    raise NOT_HTTP.error(named(origin, url), problem) from error
            except (aiohttp.ClientError, HttpProcessingError, ValueError) as error:
                problem = f"sent no usable response: {in_short(error)}"
                raise NOT_HTTP.error(named(origin, url), problem) from error
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _exchange(
        self,
        url: str,
        request: Request,
        body: Body,
        origin: Origin,
        deadline: float | None,
    ) -> Response:
        server, target = split(url)
        destination = self._destination(server, origin.sni or origin.host_header)
        head = head_of(request, target, body, authority=destination.authority)

        if not body and request.method in RETRIED_METHODS:
            try:
                response: OriginResponse | Response | None = await _sent(
                    self._kept, destination, head, b"", request.method, origin
                )
            except KeptConnectionLostError:
                response = None  # it is sent again on a new connection
        else:
            response = None
        if response is None:
            response = await _sent(self._new, destination, head, body, request.method, origin)
        if isinstance(response, Response):
            return response
        if not 200 <= response.status <= 599:
            response.hang_up()
            problem = f"returned status {response.status}"
            raise NOT_HTTP.error(named(origin, url), problem)
        coming = OriginBody(response, request.method, named(origin, url), deadline=deadline)
        held = coming.at_hand()
        if held is not None:
            await coming.aclose()
        return Response(
            status=response.status,
            reason=response.reason,
            headers=without_named(response.headers).less(HOP_BY_HOP),
            body=coming if held is None else held,
            came_over=response.came_over,
        )


async def _sent(
    connector: aiohttp.TCPConnector,
    destination: Destination,
    head: bytes,
    body: Body,
    method: str,
    origin: Origin,
) -> OriginResponse | Response:
    """Send a request over a connection, which is closed unless there is a response."""
    timeout = _timeout(origin.connection_timeout)
    try:
        connection = await connector.connect(destination, [], timeout)
    except TimeoutError as error:
        raise aiohttp.ConnectionTimeoutError from error
    protocol = connection.protocol
    assert isinstance(protocol, WholeResponses)  # noqa: S101 -- an open connection has one
    protocol.set_response_params(
        whole=True,
        skip_payload=method == "HEAD",
        read_until_eof=True,
        auto_decompress=False,
        read_timeout=origin.read_timeout,
        max_line_size=MAX_HEAD_BYTES,
        max_field_size=MAX_HEAD_BYTES,
        max_headers=MAX_LINES,
    )
    upload = None
    try:
        upload = write(head, body, protocol)
        message, content = await final_response(protocol)
        if isinstance(message, WholeResponse):
            return Response(
                status=message.code,
                reason=message.reason,
                headers=without_named(message.headers).less(HOP_BY_HOP),
                body=message.body,
                came_over=release_after_whole(connection, upload),
            )
        return OriginResponse(message, content, connection, upload)
    except BaseException:
        if upload is not None:
            upload.cancel()
        connection.close()
        raise


@lru_cache(maxsize=64)
def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(sock_connect=seconds)


def _sockets(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    """The aiohttp session for WebSockets."""
    return aiohttp.ClientSession(
        max_line_size=MAX_HEAD_BYTES,
        max_field_size=MAX_HEAD_BYTES,
        max_headers=MAX_LINES,
        cookie_jar=aiohttp.DummyCookieJar(),
        connector=connector,
        connector_owner=False,
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        timeout=aiohttp.ClientTimeout(total=None),
    )
