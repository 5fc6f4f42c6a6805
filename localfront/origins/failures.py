"""Kinds of origin failures, for the viewer, for failover, and for the access log.

Sources: CloudFront Developer Guide, "HTTP 502", "HTTP 504 status code", "Optimize high availability
with CloudFront origin failover" (OG-004, OG-006, OG-008), "Standard log file fields" (LG-002).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from localfront.config.distribution import Origin
from localfront.errors import OriginError
from localfront.exchange.request_trace import printable

QUOTED = 200  # characters of an error, which may quote the origin's response


@dataclass(frozen=True, slots=True)
class Failure:
    """A kind of failure. For failover, a failed connection also counts as 503 (D.1, row 11)."""

    status: int
    failover_on: frozenset[int]
    detail: str

    def error(self, origin_name: str, problem: str) -> OriginError:
        return OriginError(
            f"{origin_name} {problem}.",
            status=self.status,
            failover_on=self.failover_on,
            detail=self.detail,
        )

    def of(self, error: aiohttp.ClientConnectorError) -> Failure:
        """The failure of an error; an unknown name is always 502 (OG-006)."""
        if isinstance(error, aiohttp.ClientConnectorDNSError):
            return replace(self, status=502, detail="OriginDnsError")
        if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
            return replace(self, status=502)  # OR-017
        return self


NOT_CONNECTED = Failure(502, frozenset({502, 503}), "OriginConnectError")
NO_CONNECTION = Failure(504, frozenset({503, 504}), "OriginConnectError")
NO_RESPONSE = Failure(504, frozenset({504}), "OriginCommError")
NOT_HTTP = Failure(502, frozenset({502}), "OriginInvalidResponseError")
NOT_SENDABLE = Failure(502, frozenset({502}), "OriginCommError")
BROKE_OFF = Failure(502, frozenset({502}), "OriginReadError")


def named(origin: Origin, url: str) -> str:
    """The origin and its URL without the query string, which may be secret, for messages."""
    return f"Origin {origin.id!r} at {url.partition('?')[0]}"


def ended(error: aiohttp.ServerDisconnectedError | OSError) -> str:
    """How a connection ended before a response: with a FIN, or the system's message."""
    if isinstance(error, aiohttp.ServerDisconnectedError) or error.strerror is None:
        return "it closed the connection"
    return f"the connection failed ({in_short(OSError(error.strerror))})"


def in_short(error: BaseException) -> str:
    """A short line, without aiohttp's own "400"."""
    with_status = (aiohttp.ClientResponseError, HttpProcessingError)
    text = error.message if isinstance(error, with_status) else str(error)
    line = " ".join(text[: 2 * QUOTED].split()) or type(error).__name__
    return printable(line, limit=QUOTED)
