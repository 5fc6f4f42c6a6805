"""Choose HTTP/1.1 or HTTP/2 by ALPN in the TLS handshake (RFC 7301)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Negotiation(asyncio.Protocol):
    """Hands a connection to the protocol that ALPN chose."""

    def __init__(
        self, *, http1: Callable[[], asyncio.Protocol], http2: Callable[[], asyncio.Protocol]
    ) -> None:
        self._http1 = http1
        self._http2 = http2

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        tls = transport.get_extra_info("ssl_object")
        is_http2 = tls is not None and tls.selected_alpn_protocol() == "h2"
        chosen = self._http2() if is_http2 else self._http1()
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- of a stream
        transport.set_protocol(chosen)
        chosen.connection_made(transport)
