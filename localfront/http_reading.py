"""A request as it came over a socket, from aiohttp's parser."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from functools import lru_cache

import aiohttp
from aiohttp import HttpVersion11, web

from localfront.errors import LocalfrontError
from localfront.messages import Headers, Request

LOG = logging.getLogger("localfront")
AUTHORITY = re.compile(r"[^/?#]*")
RawHeaders = tuple[tuple[bytes, bytes], ...]
USUAL_LINES = 100  # more are read, and not kept
FRAMING = ("content-length", "transfer-encoding")  # of this hop


class ViewerGoneError(LocalfrontError):
    """The viewer left before its request was complete."""


class Upload:
    """A viewer's body, on its way. Raises ViewerGoneError when it breaks off."""

    def __init__(self, incoming: web.BaseRequest) -> None:
        self._incoming = incoming
        self._is_asked_for = False
        self.read = 0  # bytes so far

    @property
    def length(self) -> int | None:
        return self._incoming.content_length

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await self._ask()
        try:
            async for piece in self._incoming.content.iter_any():
                if piece:
                    self.read += len(piece)
                    yield piece
        except (aiohttp.ClientPayloadError, web.RequestPayloadError, OSError) as error:
            raise ViewerGoneError("the viewer's upload broke off") from error

    async def _ask(self) -> None:
        """The low-level server leaves 100 Continue to us; the client waits for it."""
        expected = self._incoming.headers.get("Expect", "").lower()
        is_new = self._incoming.version >= HttpVersion11
        if expected == "100-continue" and is_new and not self._is_asked_for:
            await self._incoming.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._incoming.writer.output_size = 0
        self._is_asked_for = True

    async def aclose(self) -> None:
        """The server reads what is left, or hangs up."""


def read_request(incoming: web.BaseRequest) -> Request:
    """The request as it came: raw target, header names in their own case."""
    target = incoming.raw_path
    if not target.startswith("/"):  # absolute form, RFC 9112 section 3.2.2
        rest = AUTHORITY.sub("", target.partition("://")[2], count=1)
        target = rest if rest.startswith("/") else "/" + rest
    path, _, querystring = target.partition("#")[0].partition("?")
    peer = incoming.transport.get_extra_info("peername") if incoming.transport else None
    version = incoming.version
    return Request(
        method=incoming.method,
        uri=path,
        querystring=querystring,
        headers=_headers(incoming.raw_headers),
        client_ip=peer[0] if peer else "127.0.0.1",
        client_port=peer[1] if peer else 0,
        tls=_tls(incoming) if incoming.secure else "",
        scheme="https" if incoming.secure else "http",
        http_version=f"{version.major}.{version.minor}",
    )


def _headers(raw: RawHeaders) -> Headers:
    # A viewer sends the same lines again and again. What one makes up does not fill memory.
    return _kept_headers(raw) if len(raw) <= USUAL_LINES else _decoded(raw)


def _decoded(raw: RawHeaders) -> Headers:
    return Headers(
        tuple(
            (name.decode("latin-1"), value.decode("utf-8", "surrogateescape"))
            for name, value in raw
        )
    )


_kept_headers = lru_cache(maxsize=16)(_decoded)


def _tls(incoming: web.BaseRequest) -> str:
    """`version:cipher` (OR-020)."""
    transport = incoming.transport
    cipher = transport.get_extra_info("cipher") if transport else None
    return f"{cipher[1]}:{cipher[0]}" if cipher else ""


def received(incoming: web.BaseRequest, upload: Upload | None) -> int:
    """The bytes of a request so far, its head counted as it was written."""
    head = len(incoming.method) + len(incoming.raw_path) + len(" HTTP/1.1\r\n\r\n") + 1
    lines = sum(len(name) + len(value) + 4 for name, value in incoming.raw_headers)
    return head + lines + (upload.read if upload is not None else 0)
