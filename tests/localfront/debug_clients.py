"""Debugger clients that can stop at a breakpoint: debugpy's protocol (DAP) and Node's (CDP).

Sources: Debug Adapter Protocol, "Specification"; Chrome DevTools Protocol, "Debugger".
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.localfront.real_workers import PATIENCE


class Announcements(logging.Handler):
    """The debugger ports that localfront's log announces."""

    def __init__(self) -> None:
        super().__init__()
        self._ports: asyncio.Queue[int] = asyncio.Queue()

    def emit(self, record: logging.LogRecord) -> None:
        if port := announced_port(record.getMessage()):
            self._ports.put_nowait(port)

    async def port(self) -> int:
        """The next one, as soon as it is announced."""
        async with asyncio.timeout(PATIENCE):
            return await self._ports.get()


def announced_port(line: str) -> int:
    """The port of the debugger that this line of localfront's log announces, or 0."""
    found = re.search(r"listens for a debugger at 127\.0\.0\.1:(\d+)", line)
    return int(found[1]) if found else 0


class Debugger:
    """Sends commands, and buffers messages until they are waited for."""

    def __init__(self) -> None:
        self._came: list[dict[str, Any]] = []
        self._sent = 0

    async def _take(self) -> dict[str, Any]:
        raise NotImplementedError

    async def stop_at(self, file: Path, line: int) -> None:
        """Attach and set one breakpoint."""
        raise NotImplementedError

    async def value(self, expression: str) -> str:
        """Evaluate at the breakpoint, once it is reached; then continue."""
        raise NotImplementedError

    async def until(self, **wanted: Any) -> dict[str, Any]:
        """The first message with all of these fields."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for message in self._came:
                    if wanted.items() <= message.items():
                        self._came.remove(message)
                        return message
                self._came.append(await self._take())


class Dap(Debugger):
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__()
        self._reader, self._writer = reader, writer

    def send(self, command: str, **arguments: Any) -> int:
        """Send a request; returns its number."""
        self._sent += 1
        message = {
            "seq": self._sent,
            "type": "request",
            "command": command,
            "arguments": arguments,
        }
        body = json.dumps(message).encode()
        self._writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        return self._sent

    async def ask(self, command: str, **arguments: Any) -> Any:
        response = await self.until(request_seq=self.send(command, **arguments))
        assert response["success"], response
        return response.get("body")

    async def _take(self) -> dict[str, Any]:
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.partition(b"Content-Length:")[2].split()[0])
        message: dict[str, Any] = json.loads(await self._reader.readexactly(length))
        return message

    async def stop_at(self, file: Path, line: int) -> None:
        await self.ask("initialize", adapterID="test", pathFormat="path")
        attached = self.send("attach")
        await self.until(event="initialized")
        await self.ask("setBreakpoints", source={"path": str(file)}, breakpoints=[{"line": line}])
        await self.ask("configurationDone")
        await self.until(request_seq=attached)

    async def value(self, expression: str) -> str:
        stopped = await self.until(event="stopped")
        thread = stopped["body"]["threadId"]
        frames = (await self.ask("stackTrace", threadId=thread))["stackFrames"]
        found = await self.ask("evaluate", expression=expression, frameId=frames[0]["id"])
        self.send("continue", threadId=thread)  # the worker may end before it answers
        await self._writer.drain()
        return str(found["result"])


class Cdp(Debugger):
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        super().__init__()
        self._socket = socket

    async def ask(self, method: str, **parameters: Any) -> Any:
        self._sent += 1
        await self._socket.send_json({"id": self._sent, "method": method, "params": parameters})
        response = await self.until(id=self._sent)
        assert "error" not in response, response
        return response["result"]

    async def _take(self) -> dict[str, Any]:
        message: dict[str, Any] = await self._socket.receive_json(timeout=PATIENCE)
        return message

    async def stop_at(self, file: Path, line: int) -> None:
        await self.ask("Debugger.enable")
        await self.ask("Debugger.setBreakpointByUrl", url=file.as_uri(), lineNumber=line - 1)
        await self.ask("Runtime.runIfWaitingForDebugger")

    async def value(self, expression: str) -> str:
        paused = await self.until(method="Debugger.paused")
        frame = paused["params"]["callFrames"][0]["callFrameId"]
        found = await self.ask(
            "Debugger.evaluateOnCallFrame", callFrameId=frame, expression=expression
        )
        await self.ask("Debugger.resume")
        return str(found["result"]["value"])


@asynccontextmanager
async def debugpy_at(port: int) -> AsyncIterator[Dap]:
    reader, writer = await _connected(port)
    try:
        yield Dap(reader, writer)
    finally:
        writer.close()


@asynccontextmanager
async def node_at(port: int) -> AsyncIterator[Cdp]:
    _, writer = await _connected(port)
    writer.close()
    async with aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}/json/list") as response:
            (found,) = await response.json()
        async with session.ws_connect(found["webSocketDebuggerUrl"]) as socket:
            yield Cdp(socket)


async def _connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect as soon as a server listens there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
