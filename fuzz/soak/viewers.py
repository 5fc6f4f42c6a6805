"""Viewers that send marked requests on keep-alive connections and recognise their own responses."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, field

from fuzz.findings import Problem
from fuzz.responses import FinalResponse, MalformedError, read_response
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

    async def ask(self, request: Marked) -> FinalResponse | None:
        """The response; None if the connection ended or timed out without one.

        Raises MalformedError, and TimeoutError.
        """
        async with asyncio.timeout(PATIENCE):
            if self._writer is None:
                self._reader, self._writer = await asyncio.open_connection(LOOPBACK, self.port)
                self._buffer = b""
            try:
                self._writer.write(request.wire())
                return await self._response(request)
            except OSError:
                self.hang_up()
                return None

    async def leave(self, request: Marked, share: float) -> None:
        """Send this share of a request with a body on a new connection, then disconnect."""
        body = b"Content-Length: 6\r\n\r\nupload"
        data = request.wire().replace(b"GET ", b"POST ", 1).removesuffix(b"\r\n") + body
        with suppress(OSError):
            _, writer = await asyncio.open_connection(LOOPBACK, self.port)
            writer.write(data[: max(1, int(len(data) * (0.5 + share)))])
            await asyncio.sleep(share / 100)
            writer.close()

    async def _response(self, request: Marked) -> FinalResponse | None:
        assert self._reader is not None  # noqa: S101 -- connected
        while True:
            response = read_response(self._buffer, to_head=request.method == "HEAD")
            if response is not None and response.whole:
                self._buffer = response.rest
                if b"close" in b"".join(response.lines.get(b"connection", [])):
                    self.hang_up()
                return response
            data = await self._reader.read(256 * 1024)
            if not data:
                self.hang_up()
                return response
            self._buffer += data

    def hang_up(self) -> None:
        if self._writer is not None:
            with suppress(OSError):
                self._writer.close()
        self._reader = self._writer = None


def problem_of(request: Marked, response: FinalResponse, *, excused: bool) -> Problem | None:
    """Check that a response belongs to its request; `excused` if no client could have distinguished it."""
    foreign = _foreign(request, response)
    if foreign is not None and not excused:
        return Problem(f"another's response, {request.mode} in /{request.folder[0]}/", foreign)
    if foreign is not None:
        return None
    if b"x-amz-cf-id" not in response.lines:
        return Problem("no X-Amz-Cf-Id", repr(response))
    if fault := unforeseen(response.body.decode("utf-8", "replace")):
        return fault
    if response.status == 500:
        return Problem("status 500", f"{request.target}: {response.body[:200]!r}")
    if response.status == 200 and request.method == "GET" and response.body != request.body:
        is_cut = not response.whole and request.body.startswith(response.body)
        if not is_cut:
            return Problem(
                f"another body, {request.mode}", f"{request.target}: {response.body[:200]!r}"
            )
    return None


def _foreign(request: Marked, response: FinalResponse) -> str | None:
    """The parts of a response that belong to another request."""
    texts = [response.body[:2000], response.body[-500:]]
    texts += response.lines.get(b"x-owner", []) + response.lines.get(b"set-cookie", [])
    if LEFTOVER in texts[0] or b"nobody" in b"".join(texts[2:]):
        return f"{request.target} got a stray response"
    marks = {mark for text in texts for mark in MARK.findall(text)}
    others = marks - {request.mark.encode()}
    if others:
        owner = response.lines.get(b"x-owner", [])
        return f"{request.target} got {sorted(others)[0]!r}: {owner} {response.body[:200]!r}"
    if not request.is_cached and b"Hit from" in b"".join(response.lines.get(b"x-cache", [])):
        return f"{request.target} came out of a cache"
    return None


async def ask_once(port: int, request: Marked) -> FinalResponse | None:
    viewer = Viewer(port)
    try:
        return await viewer.ask(request)
    except (MalformedError, TimeoutError):
        return None
    finally:
        viewer.hang_up()
