"""The HTTP client for origins: connect, send, read, and the viewer's status on failure.

Bodies go through in pieces, in both directions: their size costs no memory.

Source: CloudFront Developer Guide, "HTTP 502" and "HTTP 504 status code", origin settings
(OG-001..005, OR-016, OR-017).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from functools import partial
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from localfront.config.distribution import Origin
from localfront.http_messages.bodies import Body, pieces
from localfront.http_messages.hop_by_hop import without_named
from localfront.http_messages.messages import Headers, Request, Response
from localfront.http_messages.websockets import is_upgrade
from localfront.origins.answer import Answer
from localfront.origins.body import OriginBody
from localfront.origins.failures import (
    NO_ANSWER,
    NO_CONNECTION,
    NOT_CONNECTED,
    NOT_HTTP,
    NOT_SENDABLE,
    Failure,
    in_short,
    named,
)
from localfront.origins.kept_connections import (
    KeptConnectionLostError,
    KeptConnections,
)
from localfront.origins.new_connections import NewConnections
from localfront.origins.websocket import connected

MAX_HEAD_BYTES = 32_768  # VP-011
RETRIED_METHODS = frozenset({"GET", "HEAD"})  # OG-003
Session = aiohttp.ClientSession
# Framing of the hop between localfront and the origin: no part of the response.
HOP_BY_HOP = ("Connection", "Keep-Alive", "Transfer-Encoding", "Trailer", "Upgrade")
KEEP_ALIVE = ("Connection", "Keep-Alive")  # OR-006
# In a URL these would end the target early, break its line, or be dropped by aiohttp.
UNSENDABLE = re.compile(r"[\x00-\x20\x7f#\ud800-\udfff]")


class OriginClient:
    """Keeps connections to origins open between requests; use it as a context.

    `refused_connection` is what a viewer gets when nobody listens (table D.1, row 11).
    """

    _kept: Session
    _new: Session

    def __init__(self, *, refused_connection: int = 502) -> None:
        self._refused = Failure(refused_connection, NOT_CONNECTED.failover_on, NOT_CONNECTED.detail)

    async def __aenter__(self) -> Self:
        self._kept = _session(KeptConnections())
        self._new = _session(NewConnections())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._kept.close()
        await self._new.close()

    async def send(self, url: str, request: Request, body: Body, origin: Origin) -> Response:
        """Send a request to a URL (already encoded), as often as the origin's attempts allow.

        A kept connection takes only what may be sent again; it goes again on a new one when the
        kept one turns out to be dead or out of step (RFC 9110, 9.2.2; RFC 9112, 9.3.1).
        The body of the response is on its way; whoever reads it closes it. Raises OriginError:
        502 when it can't connect or the answer is no HTTP, 504 when nothing comes in time.
        """
        if is_upgrade(request.headers.get("upgrade")):
            return await connected(self._new, url, request, origin)
        if UNSENDABLE.search(url):
            what = "has a path that can't be sent as it is"
            raise NOT_SENDABLE.error(named(origin, url), what)
        limit = origin.response_completion_timeout
        deadline = None if limit is None else asyncio.get_running_loop().time() + limit
        try:
            async with asyncio.timeout_at(deadline):
                return await self._attempts(url, request, body, origin, deadline)
        except TimeoutError as error:  # OG-005
            what = f"was not done after {limit} s, over all attempts"
            raise NO_ANSWER.error(named(origin, url), what) from error

    async def _attempts(
        self,
        url: str,
        request: Request,
        body: Body,
        origin: Origin,
        deadline: float | None,
    ) -> Response:
        who = named(origin, url)
        attempts = origin.connection_attempts
        for attempt in range(1, attempts + 1):
            last = attempt == attempts
            final = last or request.method not in RETRIED_METHODS
            try:
                return await self._exchange(url, request, body, origin, deadline)
            except aiohttp.ConnectionTimeoutError as error:
                if last:
                    what = f"took no connection within {origin.connection_timeout} s"
                    raise NO_CONNECTION.error(who, what) from error
            except aiohttp.ServerTimeoutError as error:
                if final:
                    what = f"gave no answer: nothing came for {origin.read_timeout} s"
                    raise NO_ANSWER.error(who, what) from error
            except aiohttp.ClientConnectorError as error:
                # Refused or unknown name: another attempt at once would meet the same.
                what = f"can't be connected to: {error}"
                raise self._refused.of(error).error(who, what) from error
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                if final:
                    what = "gave no answer: it closed the connection"
                    raise NOT_HTTP.error(who, what) from error
            except (aiohttp.ClientError, ValueError) as error:
                what = f"sent no usable answer: {in_short(error)}"
                raise NOT_HTTP.error(who, what) from error
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _exchange(
        self,
        url: str,
        request: Request,
        body: Body,
        origin: Origin,
        deadline: float | None,
    ) -> Response:
        asked = partial(_asked, url, request, body, origin)
        if body or request.method not in RETRIED_METHODS:
            answer = await asked(self._new)
        else:
            try:
                answer = await asked(self._kept)
            except KeptConnectionLostError:
                answer = await asked(self._new)
        if not 200 <= answer.status <= 599:
            answer.close()
            what = f"answered with the status {answer.status}"
            raise NOT_HTTP.error(named(origin, url), what)
        coming = OriginBody(answer, named(origin, url), deadline=deadline)
        if coming.is_empty:
            await coming.aclose()
        return Response(
            status=answer.status,
            reason=answer.reason or "",
            headers=without_named(_headers_of(answer)).without(*HOP_BY_HOP),
            body=b"" if coming.is_empty else coming,
            came_over=answer.came_over if isinstance(answer, Answer) else None,
        )


def _session(connector: aiohttp.TCPConnector) -> Session:
    session = Session(
        auto_decompress=False,
        max_line_size=MAX_HEAD_BYTES,
        max_field_size=MAX_HEAD_BYTES,
        max_headers=1000,
        cookie_jar=aiohttp.DummyCookieJar(),
        connector=connector,
        response_class=Answer,
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        timeout=aiohttp.ClientTimeout(total=None),
    )
    # Else aiohttp sends a request again on its own when the origin hangs up, PUT and DELETE
    # too, beyond the origin's attempts (OG-003). It has no public switch for this.
    session._retry_connection = False
    return session


async def _asked(
    url: str, request: Request, body: Body, origin: Origin, session: Session
) -> aiohttp.ClientResponse:
    timeout = aiohttp.ClientTimeout(
        sock_connect=origin.connection_timeout, sock_read=origin.read_timeout
    )
    return await session.request(
        request.method,
        URL(url, encoded=True),
        headers=_spelled_alike(_sized(request.headers.replacing(*KEEP_ALIVE), body)),
        data=_sent(body),
        allow_redirects=False,  # CA-030
        timeout=timeout,
        server_hostname=origin.sni or origin.host_header,  # FN-027; None: the URL's
    )


def _sent(body: Body) -> AsyncIterator[bytes] | None:
    return pieces(body) if body else None


def _sized(headers: Headers, body: Body) -> Headers:
    """With the body's length, where it is known; without it the body is sent chunked."""
    length = len(body) if isinstance(body, bytes) else body.length
    return headers.replacing("Content-Length", str(length)) if length else headers


def _spelled_alike(headers: Headers) -> list[tuple[str, str]]:
    """All lines; aiohttp keeps repeats of a header only when its name is spelled as before."""
    spelling: dict[str, str] = {}
    return [(spelling.setdefault(n.lower(), n), value) for n, value in headers]


def _headers_of(answer: aiohttp.ClientResponse) -> Headers:
    """The lines as they came; bytes that are no UTF-8 as surrogate escapes (PEP 383)."""
    return Headers.of(
        (name.decode("latin-1"), value.decode("utf-8", "surrogateescape"))
        for name, value in answer.raw_headers
    )
