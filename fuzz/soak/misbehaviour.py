"""The ways in which an origin can send a wrong response on keep-alive connections."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable

from fuzz.soak.conversation import Conversation, field_of, half_of_one, stray, target_of
from fuzz.soak.marks import right_body

READ_TIMEOUT = 1  # seconds, the distribution's origin time-out

Mode = Callable[[Conversation, bytes], Awaitable[None]]


def right_response(
    head: bytes, *lines: bytes, status: bytes = b"200 OK", framed: bool = True
) -> bytes:
    """The headers and body that belong to this request."""
    seen = field_of(head, b"x-seen")
    target = target_of(head)
    body = right_body(target, seen)
    fields = [
        b"HTTP/1.1 " + status,
        b"Cache-Control: max-age=600",
        b"X-Owner: " + target,
    ]
    fields += [
        b"Set-Cookie: owner=" + target,
        b"X-Version: " + field_of(head, b"x-version"),
        *lines,
    ]
    if framed:
        fields.append(b"Content-Length: %d" % len(body))
    if head.startswith(b"HEAD"):
        body = b""
    return b"\r\n".join([*fields, b"", body])


async def good(to: Conversation, head: bytes) -> None:
    await to.send(right_response(head))


async def chunked(to: Conversation, head: bytes) -> None:
    head_lines, _, body = right_response(
        head, b"Transfer-Encoding: chunked", framed=False
    ).partition(b"\r\n\r\n")
    await to.send(head_lines + b"\r\n\r\n")
    if not head.startswith(b"HEAD"):
        await asyncio.sleep(0.001)
        await to.send(b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))


async def slow(to: Conversation, head: bytes) -> None:
    response = right_response(head)
    middle = len(response) // 2
    for piece in (response[:20], response[20:middle], response[middle:]):
        await to.send(piece)
        await asyncio.sleep(0.005)


async def informed(to: Conversation, head: bytes) -> None:
    await to.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + right_response(head))


async def with_surplus(to: Conversation, head: bytes) -> None:
    await to.send(right_response(head) + stray())
    if b"large" in target_of(
        head
    ):  # it is sent in pieces: the last one may consist only of surplus
        to.judge()


async def surplus_later(to: Conversation, head: bytes) -> None:
    await to.send(right_response(head))
    await asyncio.sleep(0.004)
    await to.send_surplus(stray())


async def half_surplus(to: Conversation, head: bytes) -> None:
    await to.send(right_response(head))
    await asyncio.sleep(0.001)
    await to.send_surplus(half_of_one())


async def surplus_after_next(to: Conversation, head: bytes) -> None:
    """The worst case: the next viewer gets the surplus as a response.

    It must not stay in the cache.
    """
    await to.send(right_response(head))
    following = await to.head()
    if following is None:
        to.is_over = True
        return
    to.excused.add(target_of(following).decode())
    await to.send(stray())
    await asyncio.sleep(0.002)
    await to.send_out_of_step(right_response(following))


async def body_in_204(to: Conversation, head: bytes) -> None:
    await to.send(right_response(head).replace(b"200 OK", b"204 No Content", 1))


async def body_to_head(to: Conversation, head: bytes) -> None:
    await to.send(right_response(head.replace(b"HEAD ", b"GET ", 1)))


async def short(to: Conversation, head: bytes) -> None:
    await to.send(right_response(head)[:-5])
    to.is_over = True


async def cut(to: Conversation, head: bytes) -> None:
    head_lines, _, body = right_response(
        head, b"Transfer-Encoding: chunked", framed=False
    ).partition(b"\r\n\r\n")
    await to.send(head_lines + b"\r\n\r\n%x\r\n%b" % (len(body) + 10, body))
    to.is_over = True


async def closing_kept(to: Conversation, head: bytes) -> None:
    await to.send(right_response(head))
    await asyncio.sleep(0.001)
    to.is_over = True


async def closing_on_next(to: Conversation, head: bytes) -> None:
    await to.send(right_response(head))
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
# An address that sent surplus gets no keep-alive connection again, so this is rare.
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
