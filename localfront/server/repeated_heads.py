"""A cache of parsed heads, because viewers repeat them.

A browser asks for one file after the other in the same lines, and reading them takes longer than
finding them by their bytes. Kept is what the parser took for one whole request without a body, from
the first byte to the last; the same lines then follow any plain request line.
"""

from __future__ import annotations

import re
from typing import TypeVar

from aiohttp import HttpVersion11
from aiohttp.http import RawRequestMessage
from yarl import URL

from localfront.http_messages.messages import Request
from localfront.http_messages.request_target import read_target
from localfront.server.http_reading import NOBODY, Peer, head_size, read_head, sent_by
from localfront.server.malformed_requests import check_request, may_be_another_protocol

MOST = 512  # of each kind, of MAX_BYTES each at the most: 12 MB
MAX_BYTES = 8192
LINE_END, HEAD_END = b"\r\n", b"\r\n\r\n"
# With no other space or line break, and no fragment: no parser reads it in another way.
REQUEST_LINE = re.compile(rb"GET (/[!\"$-~]*) HTTP/1\.1")
UNUSED = URL("/")  # aiohttp's own form of a target

Kept = TypeVar("Kept")


class RepeatedHead:
    """A head as the parser would read it, and the request that it is when a viewer sends it."""

    __slots__ = ("_lines", "_raw_target", "_target", "size")

    def __init__(self, raw_target: str, lines: RepeatedLines) -> None:
        self.size = lines.size + len(raw_target)  # bytes
        self._raw_target = raw_target
        self._target = read_target(raw_target)
        self._lines = lines

    @property
    def message(self) -> RawRequestMessage:
        return self._lines.message._replace(path=self._raw_target, url=UNUSED)

    def request_from(self, peer: Peer) -> Request:
        return sent_by(peer, self._lines.request, self._target)


class RepeatedLines:
    """The header lines of a request, as the parser read them, below any request line."""

    __slots__ = ("message", "request", "size")

    def __init__(self, message: RawRequestMessage, request: Request) -> None:
        self.message = message
        self.request = request
        self.size = head_size(message) - len(message.path)


class RepeatedHeads:
    """Bounded: when there are too many, all are forgotten, since anyone can make up more.

    Some lines never come again, so no more is done for them than to keep them until they do.
    """

    def __init__(self) -> None:
        self._once: dict[bytes, RawRequestMessage] = {}
        self._lines: dict[bytes, RepeatedLines] = {}
        self._heads: dict[bytes, RepeatedHead] = {}

    def find(self, received: bytes) -> RepeatedHead | None:
        known = self._heads.get(received)
        if known is not None or len(received) > MAX_BYTES:
            return known
        end = received.find(LINE_END)
        lines = self._known_lines(received[end:])
        asked = None if lines is None else REQUEST_LINE.fullmatch(received, 0, end)
        if lines is None or asked is None:
            return None
        head = RepeatedHead(asked[1].decode(), lines)
        _keep(self._heads, received, head)
        return head

    def keep(self, received: bytes, message: RawRequestMessage) -> None:
        """Keep the lines that the parser made of these bytes, if they may be found by them."""
        end = received.find(LINE_END)
        if not _is_whole(received) or not REQUEST_LINE.fullmatch(received, 0, end):
            return
        if _is_repeatable(message):
            _keep(self._once, received[end:], message)

    def _known_lines(self, lines: bytes) -> RepeatedLines | None:
        if (known := self._lines.get(lines)) is not None:
            return known
        message = self._once.pop(lines, None)
        if message is None or may_be_another_protocol(lines):
            return None
        request = read_head(message, NOBODY)
        if check_request(request) is not None:
            return None
        found = RepeatedLines(message, request)
        _keep(self._lines, lines, found)
        return found


def _keep(kept: dict[bytes, Kept], received: bytes, found: Kept) -> None:
    if len(kept) >= MOST:
        kept.clear()
    kept[received] = found


def _is_whole(received: bytes) -> bool:
    """Whether it is one head, and nothing before or after it."""
    return len(received) <= MAX_BYTES and received.find(HEAD_END) == len(received) - len(HEAD_END)


def _is_repeatable(message: RawRequestMessage) -> bool:
    """Whether the connection goes on after it as it was before."""
    return (
        message.method == "GET"
        and message.version == HttpVersion11
        and not message.should_close
        and not message.upgrade
        and "Upgrade" not in message.headers
        and not message.chunked
    )
