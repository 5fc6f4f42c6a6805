"""An application for each kind of server: 4 KiB from memory, and `/echo`.

`/echo` returns the request target and the header names as the application sees them. Lambda@Edge passes both to a function as
the viewer wrote them (LE-010).
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web

from bench.bare_server import LOOPBACK, SMALL

ECHO = "/echo"
Message = dict[str, Any]


def echo(target: str, names: Sequence[str]) -> bytes:
    return "\n".join([target, *names]).encode()


async def asgi(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """The application for uvicorn, granian and hypercorn."""
    if scope["type"] != "http":
        return
    body = SMALL
    if scope["path"].startswith(ECHO):
        raw = scope["raw_path"] + b"?" + scope["query_string"]
        body = echo(raw.decode(), [name.decode() for name, _ in scope["headers"]])
    head = [(b"content-type", b"text/html"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": body})


async def rsgi(scope: Any, protocol: Any) -> None:
    """The application for granian's own interface."""
    body = SMALL
    if scope.path.startswith(ECHO):
        body = echo(f"{scope.path}?{scope.query_string}", list(scope.headers.keys()))
    head = [("content-type", "text/html"), ("content-length", str(len(body)))]
    protocol.response_bytes(200, head, body)


async def low_level(request: web.BaseRequest) -> web.StreamResponse:
    """The application for aiohttp."""
    body = SMALL
    if request.path.startswith(ECHO):
        names = [name.decode() for name, _ in request.raw_headers]
        body = echo(request.raw_path, names)
    return web.Response(body=body, headers={"Content-Type": "text/html"})


async def serve(port: int) -> None:
    runner = web.ServerRunner(web.Server(low_level, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":  # PORT, and optionally another event loop than asyncio's
    if sys.argv[2:] == ["uvloop"]:
        import uvloop

        uvloop.run(serve(int(sys.argv[1])))
    else:
        asyncio.run(serve(int(sys.argv[1])))
