"""Responses that arrive in one piece, as most do, parsed without aiohttp.

Only what every parser of HTTP/1.1 reads in the same way is accepted: strict lines, each name once,
one Content-Length that ends the body where the piece ends. Everything else goes to aiohttp.

Source: RFC 9112, 4 to 6; RFC 9110, 5.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, cast

from aiohttp.streams import EmptyStreamReader

from localfront.http_messages.messages import Headers
from localfront.http_messages.values import value
from localfront.origins.timed_connection import TimedConnection

# Below aiohttp's own default limits; longer heads are its business.
LONGEST_HEAD = 8000  # bytes
MOST_LINES = 100
HELD_BYTES = 64 * 1024  # of a body that is held, not streamed: it is sent in one packet
STATUS_LINE = re.compile(r"HTTP/1\.1 ([2-5][0-9][0-9]) ([!-~](?:[ -~]*[!-~])?)")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
BODILESS = frozenset({204, 304})
# Headers that mean another framing, or that something follows the response.
OTHER_FRAMING = frozenset({"transfer-encoding", "upgrade"})
NOTHING_TO_COME = EmptyStreamReader()  # follows a whole response
KEEPING = ((), ("keep-alive",), ("Keep-Alive",))  # values of Connection that keep it open


@value(frozen=True, slots=True)
class WholeResponse:
    """Head and body, with the attributes of aiohttp's parsed messages."""

    code: int
    reason: str
    headers: Headers
    body: bytes


def whole_response(piece: bytes) -> WholeResponse | None:
    """The response in the piece, to a request other than HEAD; None if aiohttp must parse it."""
    end = piece.find(b"\r\n\r\n", 0, LONGEST_HEAD)
    if end < 0:
        return None
    first, *rest = piece[:end].decode("utf-8", "surrogateescape").split("\r\n")
    status = _status(first)
    if status is None or len(rest) > MOST_LINES:
        return None
    headers = Headers(tuple([field for line in rest if (field := _field(line)) is not None]))
    if len(headers.lines) < len(rest) or not _ends_with(headers, len(piece) - end - 4):
        return None
    return WholeResponse(*status, headers, piece[end + 4 :])


def _ends_with(headers: Headers, body: int) -> bool:
    """Whether the headers declare exactly this length, in the usual form, and no other framing."""
    length = headers.get("content-length")
    return (
        length is not None
        and length.isascii()
        and length.isdigit()
        and len(length) < 10
        and int(length) == body <= HELD_BYTES
        and len(headers.names()) == len(headers.lines)
        and not headers.has_any(OTHER_FRAMING)
        and headers.get_all("connection") in KEEPING
    )


@lru_cache(maxsize=256)
def _status(line: str) -> tuple[int, str] | None:
    read = STATUS_LINE.fullmatch(line)
    status = 0 if read is None else int(read[1])
    return None if read is None or status in BODILESS else (status, read[2])


@lru_cache(maxsize=1024)  # an origin sends most of its lines again and again
def _field(line: str) -> tuple[str, str] | None:
    name, colon, field_value = line.partition(":")
    if not colon or not line.isprintable() or not TOKEN.fullmatch(name):
        return None
    return name, field_value.strip(" ")


class WholeResponses(TimedConnection):
    """A connection that creates its parser only when needed."""

    _to_come: dict[str, Any] | None = None  # the response parameters, until data arrives

    def set_response_params(self, *, whole: bool = False, **options: Any) -> None:
        """Called by aiohttp before a request; with `whole`, its response may be a WholeResponse."""
        if whole:
            self._to_come = options
            self._parser = None
            self._read_timeout = options.get("read_timeout")
        else:
            self._to_come = None
            super().set_response_params(**options)

    def data_received(self, data: bytes) -> None:
        options, self._to_come = self._to_come, None
        if options is not None:
            if not options.get("skip_payload") and (read := whole_response(data)) is not None:
                self._drop_timeout()
                self.feed_data(cast("Any", (read, NOTHING_TO_COME)))
                return
            super().set_response_params(**options)
        super().data_received(data)
