"""A cache of parsed heads, because viewers repeat them.

A browser requests one file after another with the same header lines, and parsing them takes longer
than looking them up by their bytes. Only bytes that the parser read as exactly one request without
a body are cached; the same lines may then follow any plain request line.
"""

from __future__ import annotations

import re
from collections import deque

from aiohttp import HttpVersion11
from aiohttp.http import RawRequestMessage
from yarl import URL

from localfront.http_messages.head_memo import HeadMemo
from localfront.http_messages.messages import Request
from localfront.http_messages.request_target import read_target
from localfront.server.http_reading import NOBODY, Peer, head_size, read_head, sent_by
from localfront.server.malformed_requests import check_request, may_be_another_protocol

MOST_BYTES = 24 * 1024 * 1024  # of all heads together, estimated
MAX_BYTES = 8192  # of a head
# Estimates, including what is computed from each and stored with it: a head; all its lines; one
# line, such as with its form in a function's event.
BYTES_OF_HEAD, BYTES_OF_LINES, BYTES_OF_LINE = 1024, 4096, 2048
LINE_END, HEAD_END = b"\r\n", b"\r\n\r\n"
# With no other space or line break, and no fragment: no parser reads it in another way.
REQUEST_LINE = re.compile(rb"GET (/[!\"$-~]*) HTTP/1\.1")
UNUSED = URL("/")  # aiohttp's own form of a target


class RepeatedHead:
    """A parsed head, which becomes a request when a viewer sends it again."""

    __slots__ = ("_message", "_raw_target", "_request", "_target", "known", "size")

    def __init__(self, raw_target: str, message: RawRequestMessage, request: Request) -> None:
        self._raw_target = raw_target
        self._target = read_target(raw_target)
        self._message = message
        self._request = request
        self.size = head_size(message) - len(message.path) + len(raw_target)  # bytes
        self.known = HeadMemo()

    @property
    def message(self) -> RawRequestMessage:
        return self._message._replace(path=self._raw_target, url=UNUSED)

    def request_from(self, peer: Peer) -> Request:
        return sent_by(peer, self._request, self._target)


class RepeatedLines:
    """The parsed header lines of a request, and the heads that have them.

    Some lines never come again, so until they do they are only kept.
    """

    __slots__ = ("_message", "_request", "heads", "is_refused", "was_used")

    def __init__(self, message: RawRequestMessage) -> None:
        self._message = message
        self._request: Request | None = None
        self.is_refused = False
        self.was_used = False
        self.heads: dict[bytes, RepeatedHead] = {}  # by request line

    def head(self, lines: bytes, request_line: bytes) -> RepeatedHead | None:
        """A new head with these lines; None if the parser must read it."""
        match = REQUEST_LINE.fullmatch(request_line)
        request = None if match is None else self._request or self._read(lines)
        if match is None or request is None:
            return None
        return RepeatedHead(match[1].decode(), self._message, request)

    def _read(self, lines: bytes) -> Request | None:
        request = read_head(self._message, NOBODY)
        if may_be_another_protocol(lines) or check_request(request) is not None:
            self.is_refused = True
            return None
        self._request = request
        return request


class RepeatedHeads:
    """A cache bounded in bytes, since viewers can send new heads without end; first in, first out.

    Lines that were used since get a second chance, because all their heads would be evicted with
    them.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lines: dict[bytes, RepeatedLines] = {}
        # In the order that they came: the lines, the request line of a head, and the bytes of it.
        self._kept: deque[tuple[bytes, bytes | None, int]] = deque()
        self._bytes = 0

    def find(self, received: bytes) -> RepeatedHead | None:
        if len(received) > MAX_BYTES:
            return None
        end = received.find(LINE_END)
        lines = self._lines.get(received[end:])
        if lines is None:
            return None
        lines.was_used = True
        head = lines.heads.get(received[:end])
        if head is not None or lines.is_refused:
            return head
        return self._new(lines, received[end:], received[:end])

    def keep(self, received: bytes, message: RawRequestMessage) -> None:
        """Cache the parsed lines of these bytes, if they are in the form that is looked up."""
        end = received.find(LINE_END)
        if not _is_whole(received) or not REQUEST_LINE.fullmatch(received, 0, end):
            return
        lines = received[end:]
        if lines not in self._lines and _is_repeatable(message):
            self._lines[lines] = RepeatedLines(message)
            number = len(message.raw_headers)
            self._count(lines, None, BYTES_OF_LINES + number * BYTES_OF_LINE + 4 * len(lines))

    def _new(self, lines: RepeatedLines, below: bytes, request_line: bytes) -> RepeatedHead | None:
        head = lines.head(below, request_line)
        if head is not None:
            lines.heads[request_line] = head
            self._count(below, request_line, BYTES_OF_HEAD + 2 * (len(below) + len(request_line)))
        return head

    def _count(self, lines: bytes, request_line: bytes | None, size: int) -> None:
        self._kept.append((lines, request_line, size))
        self._bytes += size
        while self._bytes > self._most_bytes:
            self._forget_one(*self._kept.popleft())

    def _forget_one(self, below: bytes, request_line: bytes | None, size: int) -> None:
        lines = self._lines.get(below)
        if lines is not None and request_line is not None:
            lines.heads.pop(request_line, None)
        elif lines is not None and lines.was_used:
            lines.was_used = False
            self._kept.append((below, None, size))
            return
        elif lines is not None:
            del self._lines[below]
        self._bytes -= size


def _is_whole(received: bytes) -> bool:
    """Whether the bytes are exactly one head."""
    return len(received) <= MAX_BYTES and received.find(HEAD_END) == len(received) - len(HEAD_END)


def _is_repeatable(message: RawRequestMessage) -> bool:
    """Whether it leaves the connection open and in HTTP/1.1."""
    return (
        message.method == "GET"
        and message.version == HttpVersion11
        and not message.should_close
        and not message.upgrade
        and "Upgrade" not in message.headers
        and not message.chunked
    )
