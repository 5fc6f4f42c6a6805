"""Compression at the edge: eligibility, and choice of the coding.

Source: CloudFront Developer Guide, "Serve compressed files" (CM-001..006, CM-008). It happens once,
before a response is stored; the cache key has the codings that the viewer accepts (CM-007).
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Literal

import brotli

from localfront.cache.key import CacheKey
from localfront.cache.selections import accept_encoding
from localfront.cache.vary import varies_by
from localfront.config.distribution import CacheBehavior
from localfront.http_messages.bodies import Body, Stream
from localfront.http_messages.messages import Headers, Request, Response

Coding = Literal["br", "gzip"]

STATUSES = frozenset({200, 403, 404})  # CM-003
SMALLEST, LARGEST = 1_000, 10_000_000  # bytes, CM-002

# CM-005, in the order of the page.
CONTENT_TYPES = frozenset(
    {
        "application/dash+xml", "application/eot", "application/font", "application/font-sfnt",
        "application/javascript", "application/json", "application/opentype", "application/otf",
        "application/pdf", "application/pkcs7-mime", "application/protobuf",
        "application/rss+xml", "application/truetype", "application/ttf",
        "application/vnd.apple.mpegurl", "application/vnd.mapbox-vector-tile",
        "application/vnd.ms-fontobject", "application/wasm",
        "application/xhtml+xml", "application/xml", "application/x-font-opentype",
        "application/x-font-truetype", "application/x-font-ttf", "application/x-httpd-cgi",
        "application/x-javascript", "application/x-mpegurl", "application/x-opentype",
        "application/x-otf", "application/x-perl", "application/x-ttf", "font/eot",
        "font/opentype", "font/otf", "font/ttf", "image/svg+xml", "text/css", "text/csv",
        "text/html", "text/javascript", "text/js", "text/plain", "text/richtext",
        "text/tab-separated-values", "text/xml", "text/x-component", "text/x-java-source",
        "text/x-script", "vnd.apple.mpegurl",
    }
)  # fmt: skip

# Fast levels that still save much: the viewer waits for the compression.
BROTLI_QUALITY = 5
GZIP_LEVEL = 6
GZIP_WINDOW = 31  # zlib: 32 KiB window, gzip format


def coding_for(request: Request, response: Response, behavior: CacheBehavior) -> Coding | None:
    """The coding for a response, None if CloudFront does not compress it.

    Legacy settings compress with gzip only (CM-001).
    """
    policy = behavior.cache_policy
    if not behavior.compress or policy.caching_disabled:  # CM-008: table D.1, row 13
        return None
    if request.http_version == "1.0" or not _is_compressible(response):
        return None
    taken = accept_encoding(request, policy)
    if "br" in taken:
        return "br"  # CM-004
    return "gzip" if taken else None


def _is_compressible(response: Response) -> bool:
    headers = response.headers
    content_type = headers.get("content-type") or ""
    return (
        response.status in STATUSES
        and bool(response.body)
        and "content-encoding" not in headers
        and content_type.partition(";")[0].strip().lower() in CONTENT_TYPES
        and _has_a_size_to_compress(headers.get_all("content-length"))
    )


def _has_a_size_to_compress(lines: tuple[str, ...]) -> bool:
    if len(lines) != 1 or not (lines[0].isascii() and lines[0].isdigit()):
        return False
    digits = lines[0].lstrip("0") or "0"
    return len(digits) < 9 and SMALLEST <= int(digits) <= LARGEST


def compressed(response: Response, coding: Coding) -> Response:
    """The response in that coding. A streamed body stays one, and then has no Content-Length.

    Compressing a body of 10 MB in memory takes about 0.2 s.
    """
    body = _compress(response.body, coding)
    headers = _relabelled(response.headers, coding)
    if isinstance(body, bytes):
        headers = headers.adding("Content-Length", str(len(body)))
    return replace(response, headers=headers, body=body)


def _relabelled(headers: Headers, coding: Coding) -> Headers:
    tag = headers.get("etag")
    headers = headers.without("Content-Length", "ETag").adding("Content-Encoding", coding)
    if tag is not None and tag.startswith(('"', "W/")):  # CM-006
        weak = tag if tag.startswith("W/") else f"W/{tag}"
        headers = headers.adding("ETag", weak)
    if varies_by(headers).isdisjoint({"accept-encoding", "*"}):
        headers = headers.adding("Vary", "Accept-Encoding")
    return headers


def _compress(body: Body, coding: Coding) -> Body:
    if not isinstance(body, bytes):
        return CompressedStream(body, coding)
    process, finish = _compressor(coding)
    return process(body) + finish()


def _compressor(
    coding: Coding,
) -> tuple[Callable[[bytes], bytes], Callable[[], bytes]]:
    """The functions to compress a chunk, and to flush the rest."""
    if coding == "br":
        brotlis = brotli.Compressor(quality=BROTLI_QUALITY)
        return brotlis.process, brotlis.finish
    gzips = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP_WINDOW)
    return gzips.compress, gzips.flush


class CompressedStream:
    """A `bodies.Stream` that compresses another one, and fails with it."""

    __slots__ = ("_coding", "_source")

    def __init__(self, source: Stream, coding: Coding) -> None:
        self._source = source
        self._coding = coding

    @property
    def length(self) -> None:
        return None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        process, finish = _compressor(self._coding)
        async for piece in self._source:
            if ready := process(piece):
                yield ready
        yield finish()

    async def aclose(self) -> None:
        await self._source.aclose()


def alternatives(key: CacheKey) -> tuple[CacheKey, ...]:
    """Cache keys of other codings that this key's viewer accepts as well, best first (CM-004).

    An object stored for viewers with one coding also serves viewers with both. Not vice versa: an
    object stored for both may have either coding.
    """
    if key.accept_encoding != "br,gzip":
        return ()
    return tuple(key._replace(accept_encoding=coding) for coding in ("br", "gzip"))
