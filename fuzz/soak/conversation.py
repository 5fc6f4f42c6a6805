"""A connection from localfront to an origin of the soak, and what the origin can know about it.

It uses plain sockets to find out whether the next request has already arrived. localfront must
notice bytes sent before that request; no HTTP/1.1 client can distinguish bytes sent after it from a
response (RFC 9112, section 6.3).
"""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from fuzz.soak.marks import LEFTOVER

NUMBERS = itertools.count(1)
SHOWN = 60  # bytes of a message that an event shows
REMEMBERED = 400  # events


def stray() -> bytes:
    """A response to no request; its number identifies it later."""
    body = b"%b-%09d" % (LEFTOVER, next(NUMBERS))
    return (
        b"HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nX-Owner: nobody\r\n"
        b"Set-Cookie: owner=nobody\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    )


def half_of_one() -> bytes:
    return stray()[:-4]


@dataclass(slots=True, eq=False)
class Conversation:
    """A connection. `excused` are targets whose responses no client could have distinguished.

    `surplus` counts surplus bytes sent on an idle connection. Once out of step, a connection stays
    so: each response may reach the viewer of the next request. `events` have times of the loop's
    clock.
    """

    loop: asyncio.AbstractEventLoop
    connection: socket.socket
    excused: set[str]
    buffer: bytes = b""
    responses_sent: int = 0
    surplus: int = 0
    is_out_of_step: bool = False
    is_over: bool = False
    events: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    async def head(self) -> bytes | None:
        """The next request's headers; None at the end of the connection."""
        while b"\r\n\r\n" not in self.buffer:
            data = await self.loop.sock_recv(self.connection, 65536)
            if not data:
                self.note("localfront hangs up")
                return None
            self.buffer += data
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        length = int(field_of(head, b"content-length") or 0)
        while len(self.buffer) < length:
            data = await self.loop.sock_recv(self.connection, 65536)
            if not data:
                return None
            self.buffer += data
        self.buffer = self.buffer[length:]
        excuse = ""
        if self.is_out_of_step:
            self.excused.add(target_of(head).decode())
            excuse = ", which is excused: the connection is out of step"
        self.note(f"requested {target_of(head).decode()}{excuse}")
        return head

    async def send(self, data: bytes) -> None:
        self.note(f"sends {len(data)} bytes: {data[:SHOWN]!r} … {data[-SHOWN:]!r}")
        await self.loop.sock_sendall(self.connection, data)
        self.note("they are sent")

    async def send_surplus(self, data: bytes) -> None:
        """Send surplus bytes before the next request, unless it has arrived."""
        if self.has_next_request():
            self.note("no surplus: the next request is there")
            return
        await self.send(data)
        self.judge()

    async def send_out_of_step(self, data: bytes) -> None:
        """Send a response too late: the next request takes it for its own."""
        if self.has_next_request():
            self.fall_out_of_step()
        await self.send(data)
        self.judge()

    def judge(self) -> None:
        """Decide whether localfront must notice the surplus, or may already have sent a request.

        Both ends are on this machine, so sent bytes have arrived. That makes this the earliest
        moment: a request that arrives later was sent despite the surplus.
        """
        if self.has_next_request():
            self.fall_out_of_step()
        else:
            self.note("no request is pending: surplus on an idle connection")
            self.surplus += 1

    def fall_out_of_step(self) -> None:
        self.note("out of step: a request is pending")
        self.is_out_of_step = True

    def has_next_request(self) -> bool:
        if self.buffer:
            return True
        with suppress(BlockingIOError):
            return bool(self.connection.recv(1, socket.MSG_PEEK))
        return False

    def note(self, event: str) -> None:
        self.events.append(f"{self.loop.time():.6f} {event}")

    def events_about(self, *about: str) -> Sequence[str]:
        """The events, if one of them mentions one of these texts."""
        concerned = any(text in event for event in self.events for text in about)
        return ["a connection to the origin:", *self.events] if concerned else []


def target_of(head: bytes) -> bytes:
    return head.split(b" ", 2)[1]


def field_of(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.lower() == name:
            return value.strip()
    return b""
