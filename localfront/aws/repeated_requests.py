"""The requests of one poll of an emulator's APIs, repeated to detect changes.

A poll is repeated several times a second while nothing changes. botocore takes a millisecond for a
request, and longer to parse a large response; the same bytes on a persistent connection take a
tenth of that. No change is missed, as whole responses are compared. After a change, and at least
once a minute, because signatures expire, the source polls through botocore again, and those
requests are recorded.

Source: AWS documentation, "Troubleshoot Signature Version 4" (after five minutes); RFC 9112.
"""

from __future__ import annotations

import hashlib
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.utils import get_environ_proxies

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

VALID_FOR = 60.0  # seconds
PATIENCE = 3.0  # seconds for a response
_LENGTH = re.compile(rb"(?i)\r\ncontent-length:[ \t]*(\d+)")
_TAG = re.compile(rb"(?i)\r\netag:[^\r]*")
_REQUEST_ID = re.compile(rb"<RequestId>[^<]*</RequestId>")  # in errors, different in each response


class RepeatedRequests:
    """The requests of the last poll. Blocking: call `is_unchanged` from a thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._noting = False
        self._noted_at = -VALID_FOR
        self._requests: dict[str, bytes] = {}  # URL → the request
        self._digests: dict[str, bytes] = {}
        self._connections: dict[str, _Connection] = {}

    def note(self, request: AWSPreparedRequest, **_: object) -> None:
        """A handler of botocore's event `before-send`; only GET requests read anything."""
        if self._noting and request.method == "GET":
            self._requests[request.url] = _written(request)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """A poll whose requests are recorded; a failed one is repeated."""
        self._requests, self._noting, self._noted_at = {}, True, self._clock()
        try:
            yield
        except BaseException:
            self._noted_at = -VALID_FOR
            raise
        finally:
            self._noting = False

    def is_unchanged(self) -> bool:
        """Whether all responses equal those of the last repetition. False if that is unknown."""
        if not self._requests or self._clock() >= self._noted_at + VALID_FOR:
            return False
        before, self._digests = self._digests, {}
        try:
            self._digests = {url: self._response_digest(url) for url in self._requests}
        except (OSError, ValueError):
            self.close()
            return False
        return self._digests == before

    def close(self) -> None:
        """Close the connections; the next repetition opens new ones."""
        for connection in self._connections.values():
            connection.close()
        self._connections = {}

    def _response_digest(self, url: str) -> bytes:
        host = url.split("/", 3)[2]
        if host not in self._connections:
            self._connections[host] = _Connection(url)
        return self._connections[host].response_digest(self._requests[url])


class _Connection:
    """A persistent connection. Raises OSError, and ValueError for requests only botocore can send."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or get_environ_proxies(url):
            raise ValueError(url)
        self._socket = socket.create_connection((parts.hostname, parts.port or 80), PATIENCE)
        self._received = self._socket.makefile("rb")

    def response_digest(self, request: bytes) -> bytes:
        """A digest of the response, without the parts that differ each time."""
        self._socket.sendall(request)
        head = b""
        while (line := self._received.readline()) not in (b"\r\n", b""):
            head += line
        length = _LENGTH.search(head)
        if length is None:  # chunked, or the end of the connection
            raise ValueError(head)
        body = _REQUEST_ID.sub(b"", self._received.read(int(length[1])))
        status, tag = head.partition(b"\r\n")[0], _TAG.search(head)
        return hashlib.sha256(b"\n".join((status, tag[0] if tag else b"", body))).digest()

    def close(self) -> None:
        with suppress(OSError):
            self._received.close()
        self._socket.close()


def _written(request: AWSPreparedRequest) -> bytes:
    """The request as bytes."""
    parts = urlsplit(request.url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}"]
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        lines.append(f"{name}: {text}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
