"""A folder in place of a bucket: files are objects, with their path as the key.

Keys are as in S3: percent-decoded once, with `.`, `..` and empty segments as ordinary characters,
so that they never match a file. Links are followed within the folder. Reading is allowed, listing
is not: a missing key is 404 here, which `fetch` turns into the 403 of S3-003.

Sources: S3 API Reference, GetObject and HeadObject; RFC 9110 section 13.2.2.
"""

from __future__ import annotations

import asyncio
import mimetypes
import os
import stat
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote_to_bytes

from localfront.http_messages.messages import Headers, Request, Response
from localfront.origins.failures import BROKE_OFF
from localfront.origins.refusals import no_such_key, precondition_failed
from localfront.responses.conditional import apply_conditions
from localfront.responses.ranges import one_part, with_part

PIECE = 256 * 1024  # bytes
DEFAULT_TYPE = "binary/octet-stream"  # S3's default
OPEN_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe would block
# Not the system's table, so that a file has the same type everywhere.
TYPES = mimetypes.MimeTypes(filenames=())
for ending, kind in {
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".md": "text/markdown",
    ".otf": "font/otf",
    ".ttf": "font/ttf",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".yaml": "application/yaml",
}.items():
    TYPES.add_type(kind, ending)


def object_in_folder(
    folder: Path, request: Request, beside: Iterable[tuple[str, Path]] = ()
) -> Response:
    """The response to GET or HEAD; 404 for a missing key. Blocks: call it in a thread.

    `beside` are more folders, each with the prefix of its keys; they come first.
    """
    key = unquote_to_bytes(request.uri)[1:]
    folders = [*beside, ("", folder)]
    opened = (_open(other, _below(prefix, key)) for prefix, other in folders)
    descriptor = next((found for found in opened if found is not None), None)
    if descriptor is None:
        return no_such_key("The folder that replaces the bucket has no such file.")
    status = os.fstat(descriptor)
    response = Response(status=200, reason="OK", headers=_headers(key, status))
    refused = _precondition_fails(request.headers, response.headers)
    if refused:
        response = precondition_failed("The object does not match the request's condition.")
    else:
        response = apply_conditions(request, response)
    part = one_part(request, response, status.st_size)
    if part is not None:
        response = with_part(response, part, status.st_size)
    part = range(status.st_size) if part is None else part
    if response.status not in (200, 206) or request.method == "HEAD" or not part:
        os.close(descriptor)
        return response
    os.lseek(descriptor, part.start, os.SEEK_SET)
    name = f"{os.fsdecode(key)!r} in {folder}"
    return replace(response, body=FileBody(descriptor, len(part), name))


class FileBody:
    """A streamed file; if it grows meanwhile, only the announced length."""

    def __init__(self, descriptor: int, length: int, name: str) -> None:
        self._descriptor: int | None = descriptor
        self._length = length
        self._name = name

    @property
    def length(self) -> int | None:
        return self._length

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._length
        while left and self._descriptor is not None:
            try:
                piece = await asyncio.to_thread(os.read, self._descriptor, min(PIECE, left))
            except OSError as error:
                raise BROKE_OFF.error(self._name, f"can't be read: {error.strerror}") from error
            if not piece:
                raise BROKE_OFF.error(self._name, "was truncated while it was read")
            left -= len(piece)
            yield piece

    async def aclose(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __del__(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)


def _below(prefix: str, key: bytes) -> bytes:
    """The key without its prefix; "", which matches no file, if it has another."""
    start = os.fsencode(f"{prefix}/") if prefix else b""
    return key.removeprefix(start) if key.startswith(start) else b""


def _open(folder: Path, key: bytes) -> int | None:
    """Open the file with this key; None if there is none inside the folder."""
    segments = key.split(b"/")
    if {b"", b".", b".."} & set(segments) or b"\0" in key:
        return None
    try:
        # Resolved first, then opened without following links: no link can be swapped in between.
        path = (folder / os.fsdecode(key)).resolve(strict=True)
        if not path.is_relative_to(folder.resolve()):
            return None
        descriptor = os.open(path, OPEN_FLAGS)
    except (OSError, RuntimeError, ValueError):  # missing, no access, a loop of links
        return None
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    return None


def _headers(key: bytes, status: os.stat_result) -> Headers:
    name = os.fsdecode(key)
    kind, encoding = TYPES.guess_type(f"/{name}")
    return Headers.of(
        [
            ("Content-Type", kind if kind and not encoding else DEFAULT_TYPE),
            ("Content-Length", str(status.st_size)),
            ("ETag", f'"{status.st_mtime_ns:x}-{status.st_size:x}"'),
            ("Last-Modified", formatdate(status.st_mtime, usegmt=True)),
            ("Date", formatdate(usegmt=True)),
            ("Accept-Ranges", "bytes"),
            ("Server", "AmazonS3"),
        ]
    )


def _precondition_fails(headers: Headers, held: Headers) -> bool:
    """Whether If-Match fails, or If-Unmodified-Since if there is none."""
    tags = ", ".join(headers.get_all("if-match"))
    if tags:
        return tags.strip() != "*" and held.get("etag") not in {
            tag.strip() for tag in tags.split(",")
        }
    since, modified = headers.get("if-unmodified-since"), held.get("last-modified")
    try:
        return bool(since and modified) and parsedate_to_datetime(
            modified or ""
        ) > parsedate_to_datetime(since or "")
    except (ValueError, TypeError, OverflowError):  # not a date: ignored
        return False
