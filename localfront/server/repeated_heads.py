"""Heads that viewers send again and again, read once.

A browser asks for a page's files in the same bytes at each visit, and reading a head takes longer than
finding it by its bytes. Kept is what the parser took for one whole request without a body, from the
first byte to the last, and nothing but that.
"""

from __future__ import annotations

from aiohttp import HttpVersion11
from aiohttp.http import RawRequestMessage

from localfront.http_messages.messages import Request
from localfront.server.http_reading import NOBODY, Peer, head_size, read_head, sent_by
from localfront.server.malformed_requests import check_request, may_be_another_protocol

MOST = 512  # heads of each kind, of MAX_BYTES each at the most: 8 MB
MAX_BYTES = 8192
END = b"\r\n\r\n"


class RepeatedHead:
    """A head as the parser read it, and the request that it is when a viewer sends it."""

    __slots__ = ("_request", "message", "size")

    def __init__(self, message: RawRequestMessage, request: Request) -> None:
        self.message = message
        self.size = head_size(message)  # bytes
        self._request = request

    def request_from(self, peer: Peer) -> Request:
        return sent_by(peer, self._request)


class RepeatedHeads:
    """Bounded: when there are too many, all are forgotten, since anyone can make up more.

    Most heads never come again, so no more is done for one than to keep it until it does.
    """

    def __init__(self) -> None:
        self._once: dict[bytes, RawRequestMessage] = {}
        self._known: dict[bytes, RepeatedHead] = {}

    def find(self, received: bytes) -> RepeatedHead | None:
        if (known := self._known.get(received)) is not None:
            return known
        message = self._once.pop(received, None)
        if message is None or may_be_another_protocol(received):
            return None
        request = read_head(message, NOBODY)
        if check_request(request) is not None:
            return None
        if len(self._known) >= MOST:
            self._known.clear()
        head = self._known[received] = RepeatedHead(message, request)
        return head

    def keep(self, received: bytes, message: RawRequestMessage) -> None:
        """Keep the head that the parser made of these bytes, if it may be found by them."""
        if _is_whole(received) and _is_repeatable(message):
            if len(self._once) >= MOST:
                self._once.clear()
            self._once[received] = message


def _is_whole(received: bytes) -> bool:
    """Whether it is one head, and nothing before or after it."""
    if len(received) > MAX_BYTES or not received.startswith(b"GET "):
        return False
    return received.find(END) == len(received) - len(END)


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
