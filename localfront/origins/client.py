"""One HTTP exchange with an origin: dial, send, read, and what failure means to the viewer.

Source: CloudFront Developer Guide, "HTTP 502" and "HTTP 504 status code", origin settings
(OG-001..004, OR-016, OR-017). Bodies are held in memory, up to a limit.
"""

from __future__ import annotations

import io
import re
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from localfront.config.distribution import Origin
from localfront.errors import OriginError
from localfront.messages import Headers, Request, Response

MAX_HEAD_BYTES = 32_768  # VP-011
MAX_BODY_BYTES = 64 * 1024 * 1024
RETRIED_METHODS = frozenset({"GET", "HEAD"})  # OG-003
# Framing of the hop between localfront and the origin: no part of the response.
HOP_BY_HOP = ("Connection", "Keep-Alive", "Transfer-Encoding", "Trailer", "Upgrade")
# In a URL these would end the target early, break its line, or be dropped by aiohttp.
UNSENDABLE = re.compile(r"[\x00-\x20\x7f#\ud800-\udfff]")


class OriginClient:
    """Keeps connections to origins open between requests; use it as a context."""

    _session: aiohttp.ClientSession

    def __init__(self, *, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._max_body_bytes = max_body_bytes

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            auto_decompress=False,
            max_line_size=MAX_HEAD_BYTES,
            max_field_size=MAX_HEAD_BYTES,
            max_headers=1000,
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
        # Else aiohttp sends a request again on its own when the origin hangs up, PUT and DELETE
        # too, beyond the origin's attempts (OG-003). It has no public switch for this.
        self._session._retry_connection = False
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
        if UNSENDABLE.search(url):
            raise _failure(502, origin, url, "has a path that can't be sent as it is")
        attempts = origin.connection_attempts
        for attempt in range(1, attempts + 1):
            last = attempt == attempts
            try:
                return await self._exchange(url, request, body, origin)
            except aiohttp.ConnectionTimeoutError as error:
                if last:
                    what = f"took no connection within {origin.connection_timeout} s"
                    raise _failure(504, origin, url, what) from error
            except TimeoutError as error:
                if last or request.method not in RETRIED_METHODS:
                    what = f"gave no answer: nothing came for {origin.read_timeout} s"
                    raise _failure(504, origin, url, what) from error
            except aiohttp.ClientConnectorError as error:
                # Refused or unknown name: another attempt at once would meet the same.
                what = f"can't be connected to: {error}"
                raise _failure(502, origin, url, what) from error
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                if last or request.method not in RETRIED_METHODS:
                    what = "gave no answer: it closed the connection"
                    raise _failure(502, origin, url, what) from error
            except (aiohttp.ClientError, ValueError) as error:
                what = f"sent no usable answer: {_in_short(error)}"
                raise _failure(502, origin, url, what) from error
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
            headers=_spelled_alike(request.headers),
            data=io.BytesIO(body) if body else None,  # bytes over 1 MiB draw a warning
            allow_redirects=False,  # CA-030
            timeout=timeout,
        ) as answer:
            if not 200 <= answer.status <= 599:
                raise _failure(
                    502, origin, url, f"answered with the status {answer.status}"
                )
            content = bytearray()
            async for chunk in answer.content.iter_chunked(256 * 1024):
                content += chunk
                if len(content) > self._max_body_bytes:
                    what = (
                        f"sent more than {self._max_body_bytes} bytes: localfront holds "
                        "bodies in memory and takes no larger ones"
                    )
                    raise _failure(502, origin, url, what)
            return Response(
                status=answer.status,
                reason=answer.reason or "",
                headers=_headers_of(answer).without(*HOP_BY_HOP),
                body=bytes(content),
            )


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


def _in_short(error: BaseException) -> str:
    """One line, without the 400 by which aiohttp means the origin's fault."""
    text = (
        error.message if isinstance(error, aiohttp.ClientResponseError) else str(error)
    )
    return " ".join(text.split()) or type(error).__name__


def _failure(status: int, origin: Origin, url: str, what: str) -> OriginError:
    return OriginError(f"Origin {origin.id!r} at {url} {what}.", status=status)
