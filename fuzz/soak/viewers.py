"""Viewers that send marked requests on keep-alive connections and recognise their own responses."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, field

from fuzz.answers import Answer, MalformedError, read_answer
from fuzz.findings import Problem
from fuzz.soak.marks import LEFTOVER, Marked
from fuzz.unforeseen import unforeseen
from harness.processes.ports import LOOPBACK

PATIENCE = 30.0  # seconds
MARK = re.compile(rb"(?:marked|shared)[0-9]+end")


@dataclass(slots=True)
class Viewer:
    """Sends one request after another."""

    port: int
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None
    _buffer: bytes = field(default=b"")

    async def ask(self, asked: Marked) -> Answer | None:
        """The response; None if the connection ended or timed out without one.

        Raises MalformedError, and TimeoutError.
        """
        async with asyncio.timeout(PATIENCE):
            if self._writer is None:
                self._reader, self._writer = await asyncio.open_connection(LOOPBACK, self.port)
                self._buffer = b""
            try:
                self._writer.write(asked.wire())
                return await self._answer(asked)
            except OSError:
                self.hang_up()
                return None

    async def leave(self, asked: Marked, share: float) -> None:
        """Send this share of a request with a body on a new connection, then disconnect."""
        body = b"Content-Length: 6\r\n\r\nupload"
        data = asked.wire().replace(b"GET ", b"POST ", 1).removesuffix(b"\r\n") + body
        with suppress(OSError):
            _, writer = await asyncio.open_connection(LOOPBACK, self.port)
            writer.write(data[: max(1, int(len(data) * (0.5 + share)))])
            await asyncio.sleep(share / 100)
            writer.close()

    async def _answer(self, asked: Marked) -> Answer | None:
        assert self._reader is not None  # noqa: S101 -- connected
        while True:
            answer = read_answer(self._buffer, to_head=asked.method == "HEAD")
            if answer is not None and answer.whole:
                self._buffer = answer.rest
                if b"close" in b"".join(answer.lines.get(b"connection", [])):
                    self.hang_up()
                return answer
            data = await self._reader.read(256 * 1024)
            if not data:
                self.hang_up()
                return answer
            self._buffer += data

    def hang_up(self) -> None:
        if self._writer is not None:
            with suppress(OSError):
                self._writer.close()
        self._reader = self._writer = None


def problem_of(asked: Marked, answer: Answer, *, excused: bool) -> Problem | None:
    """Check that a response belongs to its request; `excused` if no client could have distinguished it."""
    foreign = _foreign(asked, answer)
    if foreign is not None and not excused:
        return Problem(f"a foreign answer, {asked.mode} in /{asked.folder[0]}/", foreign)
    if foreign is not None:
        return None
    if b"x-amz-cf-id" not in answer.lines:
        return Problem("no X-Amz-Cf-Id", repr(answer))
    if fault := unforeseen(answer.body.decode("utf-8", "replace")):
        return fault
    if answer.status == 500:
        return Problem("status 500", f"{asked.target}: {answer.body[:200]!r}")
    if answer.status == 200 and asked.method == "GET" and answer.body != asked.body:
        is_cut = not answer.whole and asked.body.startswith(answer.body)
        if not is_cut:
            return Problem(f"another body, {asked.mode}", f"{asked.target}: {answer.body[:200]!r}")
    return None


def _foreign(asked: Marked, answer: Answer) -> str | None:
    """What in a response belongs to another request."""
    texts = [answer.body[:2000], answer.body[-500:]]
    texts += answer.lines.get(b"x-owner", []) + answer.lines.get(b"set-cookie", [])
    if LEFTOVER in texts[0] or b"nobody" in b"".join(texts[2:]):
        return f"{asked.target} got what was left over"
    marks = {mark for text in texts for mark in MARK.findall(text)}
    others = marks - {asked.mark.encode()}
    if others:
        owner = answer.lines.get(b"x-owner", [])
        return f"{asked.target} got {sorted(others)[0]!r}: {owner} {answer.body[:200]!r}"
    if not asked.is_cached and b"Hit from" in b"".join(answer.lines.get(b"x-cache", [])):
        return f"{asked.target} came out of a cache"
    return None


async def ask_once(port: int, asked: Marked) -> Answer | None:
    viewer = Viewer(port)
    try:
        return await viewer.ask(asked)
    except (MalformedError, TimeoutError):
        return None
    finally:
        viewer.hang_up()
