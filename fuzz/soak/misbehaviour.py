"""Every way in which an origin can get an answer wrong, over connections that it keeps.

On plain sockets, because it has to know whether the next request is there already: bytes that were
sent before it are localfront's to notice, bytes after it no client of HTTP/1.1 can tell apart from
an answer (RFC 9112, section 6.3).
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from fuzz.soak.marks import LEFTOVER, right_body

STRAY = (
    b"HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nX-Owner: nobody\r\nSet-Cookie: owner=nobody\r\n"
    b"Content-Length: %d\r\n\r\n" % len(LEFTOVER)
) + LEFTOVER
HALF = STRAY[:-4]
AT_ONCE = 0.002  # seconds in which a request may have been under way when surplus was sent
READ_TIMEOUT = 1  # seconds, of the distribution


@dataclass(slots=True)
class Conversation:
    """One connection. `excused` are targets whose answers no client could have told apart.

    `surplus` is how often it sent some to a connection that waited. A connection that is out of step
    stays so: each of its answers may reach the viewer after the one that it is for.
    """

    loop: asyncio.AbstractEventLoop
    connection: socket.socket
    excused: set[str]
    buffer: bytes = b""
    answered: int = 0
    surplus: int = 0
    is_out_of_step: bool = False
    is_over: bool = False

    async def head(self) -> bytes | None:
        """The next request's; None when there is no more."""
        while b"\r\n\r\n" not in self.buffer:
            data = await self.loop.sock_recv(self.connection, 65536)
            if not data:
                return None
            self.buffer += data
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        length = int(_field(head, b"content-length") or 0)
        while len(self.buffer) < length:
            data = await self.loop.sock_recv(self.connection, 65536)
            if not data:
                return None
            self.buffer += data
        self.buffer = self.buffer[length:]
        if self.is_out_of_step:
            self.excused.add(target_of(head).decode())
        return head

    async def send(self, data: bytes) -> None:
        await self.loop.sock_sendall(self.connection, data)

    async def send_surplus(self, data: bytes) -> None:
        """Before the next request, if it is not there yet."""
        if self.is_asked():
            return
        await self.send(data)
        await asyncio.sleep(AT_ONCE)
        self.is_out_of_step = self.is_asked()
        self.surplus += not self.is_out_of_step

    async def send_out_of_step(self, data: bytes) -> None:
        """An answer that comes too late: whoever asks meanwhile takes it for the own one."""
        self.is_out_of_step |= self.is_asked()
        await self.send(data)
        await asyncio.sleep(AT_ONCE)
        self.is_out_of_step |= self.is_asked()

    def is_asked(self) -> bool:
        if self.buffer:
            return True
        with suppress(BlockingIOError):
            return bool(self.connection.recv(1, socket.MSG_PEEK))
        return False


Mode = Callable[[Conversation, bytes], Awaitable[None]]


def target_of(head: bytes) -> bytes:
    return head.split(b" ", 2)[1]


def right_answer(
    head: bytes, *lines: bytes, status: bytes = b"200 OK", framed: bool = True
) -> bytes:
    """The head and the body that are this request's own."""
    seen = _field(head, b"x-seen")
    target = target_of(head)
    body = right_body(target, seen)
    fields = [
        b"HTTP/1.1 " + status,
        b"Cache-Control: max-age=600",
        b"X-Owner: " + target,
    ]
    fields += [
        b"Set-Cookie: owner=" + target,
        b"X-Version: " + _field(head, b"x-version"),
        *lines,
    ]
    if framed:
        fields.append(b"Content-Length: %d" % len(body))
    if head.startswith(b"HEAD"):
        body = b""
    return b"\r\n".join([*fields, b"", body])


def _field(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.lower() == name:
            return value.strip()
    return b""


async def good(to: Conversation, head: bytes) -> None:
    await to.send(right_answer(head))


async def chunked(to: Conversation, head: bytes) -> None:
    told, _, body = right_answer(head, b"Transfer-Encoding: chunked", framed=False).partition(
        b"\r\n\r\n"
    )
    await to.send(told + b"\r\n\r\n")
    if not head.startswith(b"HEAD"):
        await asyncio.sleep(0.001)
        await to.send(b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))


async def slow(to: Conversation, head: bytes) -> None:
    answer = right_answer(head)
    middle = len(answer) // 2
    for piece in (answer[:20], answer[20:middle], answer[middle:]):
        await to.send(piece)
        await asyncio.sleep(0.005)


async def informed(to: Conversation, head: bytes) -> None:
    await to.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + right_answer(head))


async def with_surplus(to: Conversation, head: bytes) -> None:
    await to.send(right_answer(head) + STRAY)


async def surplus_later(to: Conversation, head: bytes) -> None:
    await to.send(right_answer(head))
    await asyncio.sleep(0.004)
    await to.send_surplus(STRAY)


async def half_surplus(to: Conversation, head: bytes) -> None:
    await to.send(right_answer(head))
    await asyncio.sleep(0.001)
    await to.send_surplus(HALF)


async def surplus_after_next(to: Conversation, head: bytes) -> None:
    """The worst: the next viewer's request is answered with it. It must not stay in the cache."""
    await to.send(right_answer(head))
    following = await to.head()
    if following is None:
        to.is_over = True
        return
    to.excused.add(target_of(following).decode())
    await to.send(STRAY)
    await asyncio.sleep(0.002)
    await to.send_out_of_step(right_answer(following))


async def body_in_204(to: Conversation, head: bytes) -> None:
    await to.send(right_answer(head).replace(b"200 OK", b"204 No Content", 1))


async def body_to_head(to: Conversation, head: bytes) -> None:
    await to.send(right_answer(head.replace(b"HEAD ", b"GET ", 1)))


async def short(to: Conversation, head: bytes) -> None:
    await to.send(right_answer(head)[:-5])
    to.is_over = True


async def cut(to: Conversation, head: bytes) -> None:
    told, _, body = right_answer(head, b"Transfer-Encoding: chunked", framed=False).partition(
        b"\r\n\r\n"
    )
    await to.send(told + b"\r\n\r\n%x\r\n%b" % (len(body) + 10, body))
    to.is_over = True


async def closing_kept(to: Conversation, head: bytes) -> None:
    await to.send(right_answer(head))
    await asyncio.sleep(0.001)
    to.is_over = True


async def closing_on_next(to: Conversation, head: bytes) -> None:
    await to.send(right_answer(head))
    await to.head()
    to.is_over = True


async def resetting(to: Conversation, head: bytes) -> None:
    to.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    to.is_over = True


async def garbage(to: Conversation, head: bytes) -> None:
    await to.send(b"\x15\x03\x01 no HTTP at all\r\n\r\n")
    to.is_over = True


async def silent(to: Conversation, head: bytes) -> None:
    await asyncio.sleep(READ_TIMEOUT * 1.5)
    to.is_over = True


MODES: dict[str, Mode] = {
    "good": good,
    "good-large": good,
    "chunked": chunked,
    "chunked-large": chunked,
    "slow": slow,
    "informed": informed,
    "with-surplus": with_surplus,
    "with-surplus-large": with_surplus,
    "surplus-later": surplus_later,
    "half-surplus": half_surplus,
    "surplus-after-next": surplus_after_next,
    "body-in-204": body_in_204,
    "body-to-head": body_to_head,
    "short": short,
    "cut": cut,
    "closing-kept": closing_kept,
    "closing-on-next": closing_on_next,
    "resetting": resetting,
    "garbage": garbage,
    "silent": silent,
}
# An address that sent surplus once gets no kept connection any more: seldom, so that much is kept.
SURPLUS = (
    "with-surplus",
    "surplus-later",
    "half-surplus",
    "surplus-after-next",
    "body-to-head",
    "body-in-204",
)
SELDOM = (*SURPLUS, "silent", "good-large", "chunked-large", "with-surplus-large")
WEIGHTED = [mode for mode in MODES for _ in range(1 if mode in SELDOM else 20)]
WEIGHTED += ["good"] * 300
