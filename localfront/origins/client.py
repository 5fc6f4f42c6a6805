"""One HTTP exchange with an origin: dial, send, read, and what failure means to the viewer.

Source: CloudFront Developer Guide, "HTTP 502" and "HTTP 504 status code", origin settings
(OG-001..004, OR-016, OR-017). Bodies are held in memory, up to MAX_BODY_BYTES.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from localfront.config.distribution import Origin
from localfront.errors import OriginError
from localfront.messages import Headers, Request, Response

MAX_BODY_BYTES = 64 * 1024 * 1024
RETRIED_METHODS = frozenset({"GET", "HEAD"})  # OG-003
# Framing of the hop between localfront and the origin: no part of the response.
HOP_BY_HOP = ("Connection", "Keep-Alive", "Transfer-Encoding", "Trailer", "Upgrade")


class OriginClient:
    """Keeps connections to origins open between requests; use it as a context."""

    _session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(limit=0),
            skip_auto_headers=(
                "User-Agent",
                "Accept",
                "Accept-Encoding",
                "Content-Type",
            ),
            timeout=aiohttp.ClientTimeout(total=None),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def send(
        self, url: str, request: Request, body: bytes, origin: Origin
    ) -> Response:
        """Send a request to a URL (already encoded), as often as the origin's attempts allow.

        Raises OriginError: 502 when it can't connect or the answer is no HTTP, 504 when
        nothing comes in time.
        """
        attempts = origin.connection_attempts
        for attempt in range(1, attempts + 1):
            try:
                return await self._exchange(url, request, body, origin)
            except aiohttp.ConnectionTimeoutError as error:
                if attempt == attempts:
                    raise _failure(
                        504, origin, url, "did not accept a connection", error
                    ) from error
            except (TimeoutError, aiohttp.ServerDisconnectedError) as error:
                if attempt == attempts or request.method not in RETRIED_METHODS:
                    status = 504 if isinstance(error, TimeoutError) else 502
                    raise _failure(
                        status, origin, url, "gave no answer", error
                    ) from error
            except aiohttp.ClientConnectorError as error:
                # Refused or unknown name: another attempt at once would meet the same.
                raise _failure(
                    502, origin, url, "can't be connected to", error
                ) from error
            except (aiohttp.ClientError, ValueError) as error:
                raise _failure(
                    502, origin, url, "sent no usable answer", error
                ) from error
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _exchange(
        self, url: str, request: Request, body: bytes, origin: Origin
    ) -> Response:
        timeout = aiohttp.ClientTimeout(
            sock_connect=origin.connection_timeout, sock_read=origin.read_timeout
        )
        async with self._session.request(
            request.method,
            URL(url, encoded=True),
            headers=list(request.headers),
            data=body or None,
            allow_redirects=False,  # CA-030
            timeout=timeout,
        ) as answer:
            content = bytearray()
            async for chunk in answer.content.iter_chunked(256 * 1024):
                content += chunk
                if len(content) > MAX_BODY_BYTES:
                    raise OriginError(
                        f"Origin {origin.id!r} sent over {MAX_BODY_BYTES} bytes for {url}: "
                        "localfront holds bodies in memory and takes no larger ones.",
                        status=502,
                    )
            return Response(
                status=answer.status,
                reason=answer.reason or "",
                headers=Headers.of(answer.headers.items()).without(*HOP_BY_HOP),
                body=bytes(content),
            )


def _failure(
    status: int, origin: Origin, url: str, what: str, error: BaseException
) -> OriginError:
    detail = str(error) or type(error).__name__
    if isinstance(error, asyncio.TimeoutError):
        detail = f"nothing came for {origin.read_timeout} s"
    return OriginError(
        f"Origin {origin.id!r} at {url} {what}: {detail}.", status=status
    )
