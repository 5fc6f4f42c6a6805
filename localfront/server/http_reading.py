"""Requests, read from a socket by aiohttp's parser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import NamedTuple

import aiohttp
from aiohttp import HttpVersion, HttpVersion11, web
from aiohttp.http import RawRequestMessage

from localfront.http_messages.bodies import Body
from localfront.http_messages.hop_by_hop import without_named
from localfront.http_messages.messages import Headers, Request
from localfront.http_messages.request_target import Target, read_target
from localfront.server.malformed_requests import upload_malformed, upload_overdue
from localfront.server.upload import ViewerGoneError, ViewerUpload

RawHeaders = tuple[tuple[bytes, bytes], ...]
HELD_BYTES = 64 * 1024  # of an upload that is held, not streamed
USUAL_LINES = 100  # more types are parsed, but not cached


class Upload(ViewerUpload):
    """A viewer's request body, streamed. Raises ViewerGoneError if it is incomplete."""

    def __init__(self, incoming: web.BaseRequest, *, seconds: float) -> None:
        super().__init__(seconds=seconds)
        self._incoming = incoming
        self._is_asked_for = False

    @property
    def length(self) -> int | None:
        return self._incoming.content_length

    def at_hand(self) -> Body:
        """The bytes of a small body that came together with its head; else this stream."""
        length, content = self.length, self._incoming.content
        if not length or length > HELD_BYTES or not content.is_eof():
            return self
        if content.exception() is not None:
            return self
        whole = content.read_nowait()
        self.read = len(whole)
        return whole

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await self._ask()
        while piece := await self._next():
            self.read += len(piece)
            yield piece

    async def _next(self) -> bytes:
        """The next bytes; empty at the end."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self._incoming.content.readany()
        except TimeoutError as error:
            self.fault = upload_overdue(self.seconds)
            # Once the response is sent, the rest is not awaited.
            self._incoming.content.set_exception(web.RequestPayloadError("overdue"))
            raise ViewerGoneError("the viewer's upload stopped") from error
        except (aiohttp.ClientPayloadError, web.RequestPayloadError) as error:
            self.fault = upload_malformed()
            raise ViewerGoneError("the viewer's upload broke off") from error
        except OSError as error:
            raise ViewerGoneError("the viewer's upload broke off") from error

    async def _ask(self) -> None:
        """Send 100 Continue, which aiohttp's low-level server leaves to us."""
        expected = self._incoming.headers.get("Expect", "").lower()
        is_new = self._incoming.version >= HttpVersion11
        if expected == "100-continue" and is_new and not self._is_asked_for:
            await self._incoming.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._incoming.writer.output_size = 0
        self._is_asked_for = True

    async def aclose(self) -> None:
        """Leave the rest to the server, which reads it or closes the connection."""


class Peer(NamedTuple):
    """The remote end of a connection. `tls` is `version:cipher`, "" for plain HTTP (OR-020)."""

    address: str
    port: int
    tls: str

    @property
    def scheme(self) -> str:
        return "https" if self.tls else "http"


NOBODY = Peer("127.0.0.1", 0, "")


def peer_of(transport: asyncio.BaseTransport | None) -> Peer:
    """The peer, which is the same for the life of the connection."""
    if transport is None:
        return NOBODY
    address = transport.get_extra_info("peername") or NOBODY
    cipher = transport.get_extra_info("cipher")
    return Peer(address[0], address[1], f"{cipher[1]}:{cipher[0]}" if cipher else "")


def read_request(incoming: web.BaseRequest, peer: Peer) -> Request:
    """The request as received: raw target, header names in their original case.

    Headers that `Connection` names are removed. The host of an absolute target replaces Host
    (RFC 9112, 3.2.2).
    """
    return _request(
        incoming.method, incoming.raw_path, incoming.raw_headers, incoming.version, peer
    )


def read_head(message: RawRequestMessage, peer: Peer) -> Request:
    """The same for a head whose request has not begun."""
    return _request(message.method, message.path, message.raw_headers, message.version, peer)


def sent_by(peer: Peer, request: Request, target: Target) -> Request:
    """A request with the same header lines, from another viewer."""
    return Request(
        method=request.method,
        uri=target.path,
        querystring=target.querystring,
        headers=request.headers,
        client_ip=peer.address,
        client_port=peer.port,
        tls=peer.tls,
        scheme=peer.scheme,
        http_version=request.http_version,
    )


def _request(
    method: str, raw_target: str, raw_headers: RawHeaders, version: HttpVersion, peer: Peer
) -> Request:
    target = read_target(raw_target)
    headers = _headers(raw_headers)
    if target.authority is not None:
        headers = _addressed_to(target.authority, headers)
    return Request(
        method=method,
        uri=target.path,
        querystring=target.querystring,
        headers=headers,
        client_ip=peer.address,
        client_port=peer.port,
        tls=peer.tls,
        scheme=peer.scheme,
        http_version=f"{version.major}.{version.minor}",
    )


def _addressed_to(authority: str, headers: Headers) -> Headers:
    """The header lines with Host replaced in its place."""
    if "host" not in headers:
        return headers.adding("Host", authority)
    return Headers.of(
        (name, authority if name.lower() == "host" else value) for name, value in headers
    )


def _headers(raw: RawHeaders) -> Headers:
    # Viewers repeat the same lines; the bound stops invented ones from filling memory.
    return _kept_headers(raw) if len(raw) <= USUAL_LINES else _decoded(raw)


def _decoded(raw: RawHeaders) -> Headers:
    return without_named(
        Headers(
            tuple(
                (name.decode("latin-1"), value.decode("utf-8", "surrogateescape"))
                for name, value in raw
            )
        )
    )


_kept_headers = lru_cache(maxsize=16)(_decoded)


def received(incoming: web.BaseRequest, upload: Upload | None) -> int:
    """The bytes of a request so far, its head counted as it was written."""
    head = _head_size(incoming.method, incoming.raw_path, incoming.raw_headers)
    return head + (upload.read if upload is not None else 0)


def head_size(message: RawRequestMessage) -> int:
    """The bytes of a head, counted as it was written."""
    return _head_size(message.method, message.path, message.raw_headers)


def _head_size(method: str, raw_target: str, raw_headers: RawHeaders) -> int:
    line = len(method) + len(raw_target) + len(" HTTP/1.1\r\n\r\n") + 1
    return line + sum(len(name) + len(value) + 4 for name, value in raw_headers)
